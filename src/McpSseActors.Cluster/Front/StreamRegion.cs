using Akka.Actor;
using Akka.Cluster;
using Akka.Event;
using McpSseActors.Actors;
using McpSseActors.Cluster.Entities;
using McpSseActors.Cluster.Start;
using McpSseActors.Cluster.Wire;

namespace McpSseActors.Cluster.Front;

/// <summary>
/// This node's way to every stream. It starts the region of Akka.Cluster.Sharding once the cluster has formed, passes requests to it, and resends what
/// nobody got.
/// </summary>
internal sealed class StreamRegion : ReceiveActor, IWithTimers
{
    public const string Name = "mcp-sse-region";

    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestJoin = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestFormation = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan StartAgainAfter = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan SendAgainAfter = TimeSpan.FromMilliseconds(200);

    private readonly ILoggingAdapter _log = Context.GetLogger(LogSources.Manager);
    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly IScheduler _scheduler = Context.System.Scheduler;
    private readonly TimeSpan _answerWithin = FrontSetup.AnswerWithin(Context.System);
    private readonly Func<Task<IActorRef>> _start;
    private readonly IActorRef _keeper;
    private TimeSpan? _upSince;
    private IActorRef _region = ActorRefs.Nobody;

    public StreamRegion(Func<Task<IActorRef>> start, IActorRef keeper)
    {
        (_start, _keeper) = (start, keeper);
        Receive<ToStream>(Pass);
        Receive<DeadLetter>(SendAgain);
        Receive<JoinDue>(_ => WarnOfJoin());
        Receive<LookDue>(_ => _cluster.SendCurrentClusterState(Self));
        Receive<ClusterEvent.CurrentClusterState>(StartIfFormed);
        Receive<RegionStarted>(Begin);
        Receive<Status.Failure>(LookAgain);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="start">Starts the region, or finds it if it has been started.</param>
    /// <param name="keeper">The keeper of this node; nobody on a node without streams.</param>
    public static Props Props(Func<Task<IActorRef>> start, IActorRef keeper) => QuietMailbox.For(() => new StreamRegion(start, keeper));

    private static bool IsLeaving => CoordinatedShutdown.Get(Context.System).ShutdownReason is not null;

    protected override void PreStart()
    {
        Context.System.EventStream.Subscribe(Self, typeof(DeadLetter));
        _region = StreamShards.FindRegion(Context.System);
        if (!_region.IsNobody())
            return;
        LookFrom(TimeSpan.Zero);
        Timers.StartSingleTimer(nameof(JoinDue), new JoinDue(), LongestJoin);
    }

    protected override void PostStop() => Context.System.EventStream.Unsubscribe(Self);

    private void WarnOfJoin()
    {
        if (_upSince is null && !IsLeaving)
            _log.Warning(
                "This node has not joined the cluster after {Seconds} s, so it runs and reaches no streams: it waits for its seed nodes, for MinimumNumberOfMembers, or until a node that does not answer has been removed. If the others have formed a cluster without it, restart it",
                LongestJoin.TotalSeconds);
    }

    private void StartIfFormed(ClusterEvent.CurrentClusterState state)
    {
        if (IsLeaving || !Timers.IsTimerActive(nameof(Look)) || !Formation.IsUp(state, _cluster.SelfUniqueAddress))
            return;
        _upSince ??= _scheduler.MonotonicClock;
        var isOver = Formation.IsOver(state);
        if (!isOver && _scheduler.MonotonicClock - _upSince < LongestFormation)
            return;
        if (!isOver)
            _log.Warning("The nodes of the cluster have not agreed on its members after {Seconds} s; starting the shards anyway", LongestFormation.TotalSeconds);
        Timers.Cancel(nameof(Look));
        _start().PipeTo(Self, success: region => new RegionStarted(region));
    }

    private void Begin(RegionStarted started)
    {
        _region = started.Region;
        _keeper.Tell(started);
    }

    private void LookAgain(Status.Failure failure)
    {
        _log.Error(failure.Cause, "The shards could not be started; trying again in {Seconds} s", StartAgainAfter.TotalSeconds);
        LookFrom(StartAgainAfter);
    }

    private void LookFrom(TimeSpan delay) => Timers.StartPeriodicTimer(nameof(Look), new LookDue(), delay, Look);

    private void Pass(ToStream request)
    {
        var dated = request.Until is null ? request with { Until = _scheduler.MonotonicClock + _answerWithin } : request;
        if (_region.IsNobody())
            SendAgain(dated, Sender);
        else
            _region.Forward(dated);
    }

    // The region drops what comes for a shard that begins to move, also from other nodes, and an entity that stops leaves its mailbox. Nobody got
    // these, so even a command is safe to send again. The keeper asks again by itself.
    private void SendAgain(DeadLetter letter)
    {
        switch (letter.Message)
        {
            case Dropped { Message: ToStream { Message: not KeepOpen } request } dropped when dropped.Reason.Contains("handoff", StringComparison.OrdinalIgnoreCase):
                SendAgain(request, dropped.Sender);
                break;
            case IStreamRequest left when _region.Path.Equals(letter.Recipient.Path.Parent?.Parent):
                SendAgain(new ToStream(Uri.UnescapeDataString(letter.Recipient.Path.Name), left), letter.Sender);
                break;
        }
    }

    private void SendAgain(ToStream request, IActorRef asker)
    {
        var until = request.Until ?? _scheduler.MonotonicClock + _answerWithin;
        if (_scheduler.MonotonicClock + SendAgainAfter < until)
            _scheduler.ScheduleTellOnce(SendAgainAfter, Self, request with { Until = until }, asker);
        else
            asker.Tell(new Status.Failure(new AskTimeoutException(Overdue(request.Stream))));
    }

    private string Overdue(string stream) => (_region.IsNobody(), _upSince) switch
    {
        (true, null) => $"This node has not joined the cluster yet, so it cannot reach stream '{stream}': ask again.",
        (true, _) => $"The nodes of the cluster do not agree on its members yet, so this one cannot reach stream '{stream}': ask again.",
        _ => $"Stream '{stream}' is on its way to another node: ask again.",
    };

    /// <summary>The node should be a member by now.</summary>
    internal sealed record JoinDue : IPipelineMessage;

    private sealed record LookDue : IPipelineMessage;
}

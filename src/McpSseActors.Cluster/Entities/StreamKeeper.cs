using Akka.Actor;
using Akka.Cluster;
using McpSseActors.Actors;
using McpSseActors.Actors.Streams;
using McpSseActors.Cluster.Wire;

namespace McpSseActors.Cluster.Entities;

/// <summary>
/// Keeps every stream of the cluster running. There is one on each node of the role; the one with the lowest address acts: it asks for each stream
/// of which it does not know that it runs, and for all of them now and then. Sharding itself starts an entity only when a message comes for it.
/// </summary>
internal sealed class StreamKeeper : ReceiveActor, IWithTimers
{
    public const string Name = "mcp-sse-keeper";

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Comparison = TimeSpan.FromSeconds(2);

    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly IActorRef _supervisor;
    private readonly string? _role;
    private readonly KeptStreams _kept = new(AskAgain);
    private readonly StreamMoves _moves = new();
    private readonly DefinitionComparison _comparison;
    private IActorRef _region = ActorRefs.Nobody;
    private bool _isLeaving;

    public StreamKeeper(IActorRef supervisor, string? role, string node)
    {
        (_supervisor, _role) = (supervisor, role);
        _comparison = new DefinitionComparison(node, Context.GetLogger(LogSources.Manager));
        Receive<RegionStarted>(started => _region = started.Region);
        Receive<TickDue>(_ => _supervisor.Tell(new GetDefinitions()));
        Receive<StreamDefinitions>(Keep);
        Receive<SweepDue>(_ => BeginSweep());
        Receive<StreamKept>(kept =>
        {
            _kept.Keep(kept);
            _moves.Arrived(kept);
            _comparison.Compare(kept);
        });
        Receive<StreamUnknown>(unknown => _comparison.Report(unknown));
        Receive<StreamLeft>(Move);
        Receive<DefinitionsDigest>(digest => _comparison.Compare(digest, Sender));
        Receive<SendDefinitions>(_ => _comparison.Send(Sender));
        Receive<DefinitionsPage>(_comparison.Compare);
        Receive<ClusterEvent.MemberRemoved>(removed => Forget(removed.Member));
        Receive<ClusterEvent.MemberDowned>(downed => Forget(downed.Member));
        Receive<ClusterEvent.MemberUp>(_ => Timers.StartSingleTimer(nameof(ComparisonDue), new ComparisonDue(), Comparison));
        Receive<ClusterEvent.IMemberEvent>(_ => _moves.Answer(canMove: OtherNode is not null));
        Receive<ComparisonDue>(_ => Compare());
        Receive<StopKeeping>(_ => _isLeaving = true);
        Receive<AwaitMoves>(_ => _moves.Await(Sender, canMove: OtherNode is not null));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IActorRef supervisor, string? role, string node) => QuietMailbox.For(() => new StreamKeeper(supervisor, role, node));

    protected override void PreStart()
    {
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent));
        Timers.StartPeriodicTimer(nameof(Tick), new TickDue(), Tick);
        Timers.StartPeriodicTimer(nameof(Sweep), new SweepDue(), Sweep);
    }

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    private IEnumerable<Address> Nodes => _cluster.State.Members
        .Where(member => member.Status is MemberStatus.Up && (_role is null || member.HasRole(_role)) && !_cluster.State.Unreachable.Contains(member))
        .Select(member => member.Address).Order(Member.AddressOrdering);

    private Address? Acting => Nodes.FirstOrDefault();

    private Address? OtherNode => Nodes.FirstOrDefault(node => node != _cluster.SelfAddress);

    private void Keep(StreamDefinitions definitions)
    {
        _comparison.Define(definitions.Fingerprints);
        if (_isLeaving || Acting != _cluster.SelfAddress)
        {
            _kept.Clear();
            return;
        }

        foreach (var stream in _kept.Due(definitions.Fingerprints.Keys, Context.System.Scheduler.MonotonicClock))
            Ask(stream);
    }

    private void BeginSweep()
    {
        _kept.AskAll();
        Compare();
    }

    private void Compare()
    {
        if (Acting is { } acting && acting != _cluster.SelfAddress)
            KeeperOf(acting).Tell(_comparison.Digest, Self);
    }

    // Its own region may be about to stop. Another node asks, and the shard goes where there is room.
    private void Move(StreamLeft left)
    {
        _kept.Forget(left.Stream);
        if (!Sender.Path.Address.Equals(Self.Path.Address))
        {
            _moves.Follow(left, Sender);
            Ask(left.Stream);
        }
        else if (OtherNode is { } other)
        {
            _moves.Begin(left);
            KeeperOf(other).Tell(left, Self);
        }
    }

    private void Forget(Member gone)
    {
        if (_kept.ForgetAll(NodeNames.Of(gone.Address)))
            Self.Tell(new TickDue());
    }

    private void Ask(string stream) => _region.Tell(new ToStream(stream, new KeepOpen()));

    private static ActorSelection KeeperOf(Address node) => Context.ActorSelection(new RootActorPath(node) / "user" / Name);

    private sealed record TickDue : IPipelineMessage;

    private sealed record SweepDue : IPipelineMessage;

    private sealed record ComparisonDue : IPipelineMessage;
}

/// <summary>Host to keeper: the streams can be reached.</summary>
internal sealed record RegionStarted(IActorRef Region) : IPipelineMessage;

/// <summary>Host to keeper: this node is about to leave.</summary>
internal sealed record StopKeeping : IPipelineMessage;

/// <summary>Host to keeper: this node has ended its streams. Reply: <see cref="StreamsMoved"/> once they run elsewhere.</summary>
internal sealed record AwaitMoves : IPipelineMessage;

/// <summary>The streams run elsewhere, or cannot.</summary>
internal sealed record StreamsMoved : IPipelineMessage;

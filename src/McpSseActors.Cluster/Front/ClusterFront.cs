using Akka.Actor;
using Akka.Cluster;
using McpSseActors.Actors;
using McpSseActors.Actors.DeadLetters;
using McpSseActors.Actors.Streams;
using McpSseActors.Cluster.Entities;
using McpSseActors.Cluster.Wire;
using McpSseActors.DeadLetters;

namespace McpSseActors.Cluster.Front;

/// <summary>
/// Answers for every stream of the cluster, on every node: passes requests to the node where a stream runs, gathers statistics from all nodes, and
/// follows the states of all streams. On a node of the role, it also tells the fronts of the others what happens there.
/// </summary>
internal sealed class ClusterFront : ReceiveActor, IWithTimers
{
    private static readonly TimeSpan Renewal = TimeSpan.FromSeconds(5);
    private const int RenewalsToRefresh = 120;

    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly PipelineSettings _settings;
    private readonly TimeSpan _answerWithin = FrontSetup.AnswerWithin(Context.System);
    private readonly FrontSetup _setup;
    private readonly StreamMap _map = new();
    private readonly HashSet<IActorRef> _followers = [];
    private readonly HashSet<string> _followed = new(StringComparer.Ordinal);
    private readonly IActorRef _states;
    private readonly TimeSpan _knowsAt = Context.System.Scheduler.MonotonicClock + (2 * Renewal);
    private StreamDefinitions? _definitions;
    private long _renewals;

    public ClusterFront(FrontSetup setup)
    {
        _setup = setup;
        _settings = PipelineSettings.Create(Context.System.Settings.Config);
        _states = Context.ActorOf(StatesActor.Props([]));
        Receive<IStreamRequest>(Route);
        Receive<GetAllStats>(_ => Context.ActorOf(StatsGathering.Props(Reachable.ToDictionary(NodeNames.Of, FrontOf), Unreachable, _map.Names, _answerWithin, Sender)));
        Receive<GetStreams>(_ => Sender.Tell(new StreamList(_map.Names)));
        Receive<SubscribeStates>(Subscribe);
        Receive<UnsubscribeStates>(_states.Forward);
        Receive<AddStream>(_ => Refuse("Streams of a cluster cannot be added at run time: configure them on every node."));
        Receive<RemoveStream>(_ => Refuse("Streams of a cluster cannot be removed at run time: remove them from the configuration of every node."));
        Receive<ReloadConfiguration>(ForwardToNode);
        Receive<GetDeadLetterHealth>(_ => Sender.Tell(new DeadLetterHealth(0, 0, null)), _ => _setup.Supervisor.IsNobody());
        Receive<GetStreamStoreHealth>(_ => Sender.Tell(new StreamStoreHealth(null)));
        Receive<RetryDeadLetters>(Retry);
        Receive<IDeadLetterRequest>(ForwardToNode);
        Receive<GetNodeStats>(_ => SendStats());
        Receive<FollowStates>(AddFollower);
        Receive<NodeState>(Apply);
        Receive<StateReported>(reported => Tell(reported.Change));
        Receive<StreamDefinitions>(Show);
        Receive<Terminated>(gone => _followers.Remove(gone.ActorRef));
        Receive<ClusterEvent.MemberRemoved>(removed => Lose(NodeNames.Of(removed.Member.Address)));
        Receive<ClusterEvent.MemberUp>(_ => Follow());
        Receive<ClusterEvent.IMemberEvent>(_ => { });
        Receive<RenewalDue>(_ => Renew());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(FrontSetup setup) => QuietMailbox.For(() => new ClusterFront(setup));

    private IEnumerable<Member> Members => _cluster.State.Members
        .Where(member => member.Status is MemberStatus.Up or MemberStatus.Leaving && (_setup.Role is null || member.HasRole(_setup.Role)));

    private IEnumerable<Address> Reachable => Members.Except(_cluster.State.Unreachable).Select(member => member.Address);

    private IEnumerable<string> Unreachable => Members.Intersect(_cluster.State.Unreachable).Select(member => NodeNames.Of(member.Address));

    // A node that has not heard of the others yet may know one of many streams. Those without streams never tell.
    private string? Only => Context.System.Scheduler.MonotonicClock > _knowsAt
        || Reachable.All(node => node == _cluster.SelfAddress || _followed.Contains(NodeNames.Of(node))) ? _map.Only : null;

    protected override void PreStart()
    {
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent));
        if (!_setup.Supervisor.IsNobody())
            Context.System.EventStream.Subscribe(Self, typeof(StateReported));
        Timers.StartPeriodicTimer(nameof(Renewal), new RenewalDue(), TimeSpan.Zero, Renewal);
    }

    protected override void PostStop()
    {
        _cluster.Unsubscribe(Self);
        Context.System.EventStream.Unsubscribe(Self);
    }

    private void Route(IStreamRequest request)
    {
        if (request is AddMcpResources { Persist: true } or RemoveMcpResources { Persist: true } or SetMcpSubscriptions { Persist: true })
            Refuse("Subscriptions of a cluster cannot be stored: configure them on every node.");
        else if ((request.Stream ?? Only) is { Length: > 0 } stream)
            _setup.Region.Forward(new ToStream(stream, request));
        else
            Sender.Tell(new Status.Failure(NotFound(request.Stream)));
    }

    private StreamNotFoundException NotFound(string? stream) =>
        new($"{(stream is null ? "Specify a stream" : $"Unknown stream '{stream}'")}; {StreamDirectory.Describe(_map.Names)}.");

    private void Refuse(string reason) => Sender.Tell(new Status.Failure(new InvalidOperationException(reason)));

    private void Subscribe(SubscribeStates request)
    {
        if (request.Stream is { } name && !_map.Has(name))
            Sender.Tell(new Status.Failure(NotFound(name)));
        else
            _states.Forward(request);
    }

    // The store of dead letters is the same on every node.
    private void ForwardToNode(object request)
    {
        if (!_setup.Supervisor.IsNobody())
            _setup.Supervisor.Forward(request);
        else if (request is IDeadLetterRequest && Reachable.FirstOrDefault() is { } node)
            SupervisorOf(node).Tell(request, Sender);
        else
            Refuse("This node has no streams: ask one that has.");
    }

    // Each node retries the letters of its streams.
    private void Retry(RetryDeadLetters request)
    {
        var nodes = Reachable.ToDictionary(NodeNames.Of, node => SupervisorOf(node).Ask<DeadLettersRetried>(request, _answerWithin));
        RetriedLetters.SumAsync(nodes, [.. Unreachable]).PipeTo(Sender);
    }

    private void SendStats()
    {
        var (asker, self, node) = (Sender, Self, _setup.Node);
        SendAsync().PipeTo(asker, self);

        async Task<NodeStatsEnd> SendAsync()
        {
            var all = await _setup.Supervisor.Ask<AllStats>(new GetAllStats(), _settings.AskTimeout).ConfigureAwait(false);
            foreach (var stats in all.Streams)
                asker.Tell(new NodeStats(stats), self);
            return new NodeStatsEnd(node, []);
        }
    }

    private void AddFollower(FollowStates request)
    {
        var isNew = _followers.Add(Sender);
        Context.Watch(Sender);
        if (isNew && !_followed.Contains(NodeNames.Of(Sender.Path.Address)))
            Sender.Tell(new FollowStates(IsAnew: true));
        if (isNew || request.IsAnew)
            TellAll(Configured(_definitions));
        if (isNew || request.IsAnew || request.IsRefresh)
            TellAll(_map.On(_setup.Node));

        void TellAll(IEnumerable<NodeState> states)
        {
            foreach (var state in states)
                Sender.Tell(state);
        }
    }

    // The streams that are configured here and run nowhere yet are known everywhere too.
    private void Show(StreamDefinitions definitions)
    {
        if (ReferenceEquals(definitions, _definitions))
            return;
        _definitions = definitions;
        foreach (var state in Configured(definitions))
        {
            Note(state);
            foreach (var follower in _followers)
                follower.Tell(state);
        }
    }

    private IEnumerable<NodeState> Configured(StreamDefinitions? definitions) => (definitions?.Fingerprints.Keys ?? [])
        .Select(name => new NodeState(_setup.Node, StreamStateChanged.NotStarted(name, Context.System.Scheduler.Now), IsHere: false));

    private void Tell(StreamStateChanged change)
    {
        var state = new NodeState(_setup.Node, change, IsHere: true);
        Note(state);
        foreach (var follower in _followers)
            follower.Tell(state);
    }

    private void Apply(NodeState state)
    {
        if (state.Node != _setup.Node)
            _followed.Add(state.Node);
        if (Note(state) && state.IsHere && state.Node != _setup.Node)
            Publish(state.Change);
    }

    private bool Note(NodeState state)
    {
        if (!_map.Has(state.Change.Stream))
            _states.Tell(new ShowStream(state.Change.Stream));
        return _map.Apply(state);
    }

    // As on the node where it happened, but for the actors of the library.
    private void Publish(StreamStateChanged change)
    {
        _states.Tell(new StateReported(change));
        Context.System.EventStream.Publish(change);
    }

    private void Lose(string node)
    {
        _followed.Remove(node);
        foreach (var change in _map.Lose(node, Context.System.Scheduler.Now))
            Publish(change);
    }

    private void Renew()
    {
        _setup.Supervisor.Tell(new GetDefinitions());
        Follow(isRefresh: ++_renewals % RenewalsToRefresh == 0);
    }

    private void Follow(bool isRefresh = false)
    {
        foreach (var node in Reachable.Where(node => node != _cluster.SelfAddress))
            FrontOf(node).Tell(new FollowStates(!_followed.Contains(NodeNames.Of(node))) { IsRefresh = isRefresh }, Self);
    }

    private static ICanTell FrontOf(Address node) => Context.ActorSelection(new RootActorPath(node) / "user" / FrontSetup.Name);

    private static ActorSelection SupervisorOf(Address node) => Context.ActorSelection(new RootActorPath(node) / "user" / FrontSetup.SupervisorName);

    private sealed record RenewalDue : IPipelineMessage;
}

/// <summary>What the front of a node passes requests to.</summary>
/// <param name="Node">The node's host and port.</param>
/// <param name="Role">The role of the nodes that run streams; null for all.</param>
/// <param name="Region">The way to every stream.</param>
/// <param name="Supervisor">The parent of the streams on this node; nobody on a node without streams.</param>
internal sealed record FrontSetup(string Node, string? Role, IActorRef Region, IActorRef Supervisor)
{
    /// <summary>The name of the front, where a host without a cluster has its supervisor.</summary>
    public const string Name = "mcp-sse";

    public const string SupervisorName = "mcp-sse-node";

    /// <summary>Gets how long to wait for other nodes. The caller's timeout must not expire before.</summary>
    public static TimeSpan AnswerWithin(ActorSystem system) => PipelineSettings.Create(system.Settings.Config).AskTimeout * 0.8;
}

using Akka.Actor;
using Akka.Cluster;
using Akka.Cluster.Sharding;
using McpSseActors.Actors;
using McpSseActors.Actors.Streams;
using McpSseActors.Cluster.Wire;

namespace McpSseActors.Cluster.Entities;

/// <summary>
/// Keeps every stream of the cluster running. There is one on each node of the role; the one on the oldest acts: it asks for each stream of which it
/// does not know that it runs, and for all of them now and then. Sharding itself starts an entity only when a message comes for it.
/// </summary>
internal sealed class StreamKeeper : ReceiveActor, IWithTimers
{
    public const string Name = "mcp-sse-keeper";

    private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(250);

    /// <summary>Less than a tick, so that none is left out.</summary>
    private static readonly TimeSpan AskAgain = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Departure = TimeSpan.FromMilliseconds(50);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan Sweep = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Comparison = TimeSpan.FromSeconds(2);

    private readonly Akka.Cluster.Cluster _cluster = Akka.Cluster.Cluster.Get(Context.System);
    private readonly IActorRef _supervisor;
    private readonly string? _role;
    private readonly StreamAllocation _allocation;
    private readonly KeptStreams _kept = new(AskAgain);
    private readonly StreamMoves _moves = new();
    private readonly DefinitionComparison _comparison;
    private IActorRef _region = ActorRefs.Nobody;
    private IActorRef _drainAsker = ActorRefs.Nobody;

    public StreamKeeper(IActorRef supervisor, string? role, string node, int shards, StreamAllocation allocation)
    {
        (_supervisor, _role, _allocation) = (supervisor, role, allocation);
        _comparison = new DefinitionComparison(node, shards, Context.GetLogger(LogSources.Manager));
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
        Receive<StreamUnknown>(unknown =>
        {
            _comparison.Report(unknown);
            _moves.Refused(unknown);
        });
        Receive<StreamLeft>(Move);
        Receive<DefinitionsDigest>(digest => _comparison.Compare(digest, Sender));
        Receive<SendDefinitions>(_ => _comparison.Send(Sender));
        Receive<DefinitionsPage>(_comparison.Compare);
        Receive<ClusterEvent.MemberRemoved>(removed => Forget(removed.Member, isRemoved: true));
        Receive<ClusterEvent.MemberDowned>(downed => Forget(downed.Member));
        Receive<ClusterEvent.MemberUp>(up => Welcome(up.Member));
        Receive<ClusterEvent.IMemberEvent>(_ => _moves.Answer(canMove: OtherNode is not null));
        Receive<ComparisonDue>(_ => Compare());
        Receive<StopKeeping>(_ => SayLeaving());
        Receive<NodeLeaves>(_ => MarkLeaving(Sender.Path.Address));
        Receive<AwaitShards>(_ => BeginDrain());
        Receive<LookDue>(_ => Drain());
        Receive<CurrentShardRegionState>(state => EndDrain(isOver: state.Shards.Count + state.Failed.Count == 0));
        Receive<AwaitMoves>(_ => AwaitMoves());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(IActorRef supervisor, string? role, string node, int shards, StreamAllocation allocation) =>
        QuietMailbox.For(() => new StreamKeeper(supervisor, role, node, shards, allocation));

    protected override void PreStart()
    {
        _region = StreamShards.FindRegion(Context.System);
        _cluster.Subscribe(Self, ClusterEvent.SubscriptionInitialStateMode.InitialStateAsEvents, typeof(ClusterEvent.IMemberEvent));
        Timers.StartPeriodicTimer(nameof(Tick), new TickDue(), Tick);
        Timers.StartPeriodicTimer(nameof(Sweep), new SweepDue(), Sweep);
    }

    protected override void PostStop() => _cluster.Unsubscribe(Self);

    private IEnumerable<Address> Members => _cluster.State.Members
        .Where(member => member.Status is MemberStatus.Up && (_role is null || member.HasRole(_role)) && !_cluster.State.Unreachable.Contains(member))
        .Order(Member.AgeOrdering).Select(member => member.Address);

    private IEnumerable<Address> Nodes => Members.Where(node => !_allocation.IsLeaving(node));

    private Address? Acting => Nodes.FirstOrDefault();

    private Address? OtherNode => Nodes.FirstOrDefault(node => node != _cluster.SelfAddress);

    private void Keep(StreamDefinitions definitions)
    {
        if (_comparison.Define(definitions.Fingerprints))
        {
            _kept.Configure(definitions.Fingerprints);
            _moves.ForgetAllBut(definitions.Fingerprints, canMove: OtherNode is not null);
        }

        if (_region.IsNobody() || Acting != _cluster.SelfAddress)
        {
            _kept.Clear();
            return;
        }

        foreach (var stream in _kept.Due(Context.System.Scheduler.MonotonicClock))
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
            if (_comparison.IsDefined(left.Stream))
                _moves.Begin(left);
            KeeperOf(other).Tell(left, Self);
        }
    }

    // Again and again, because a message may be lost.
    private void SayLeaving()
    {
        MarkLeaving(_cluster.SelfAddress);
        foreach (var node in Members.Where(node => node != _cluster.SelfAddress))
            KeeperOf(node).Tell(new NodeLeaves(), Self);
    }

    private void MarkLeaving(Address node)
    {
        _allocation.Leave(node);
        _moves.Answer(canMove: OtherNode is not null);
    }

    private void BeginDrain()
    {
        _drainAsker = Sender;
        Timers.StartPeriodicTimer(nameof(Look), new LookDue(), TimeSpan.Zero, Look);
    }

    private void Drain()
    {
        SayLeaving();
        if (OtherNode is null || _region.IsNobody())
            EndDrain(isOver: true);
        else
            _region.Tell(GetShardRegionState.Instance);
    }

    private void EndDrain(bool isOver)
    {
        if (!isOver)
            return;
        Timers.Cancel(nameof(Look));
        _drainAsker.Tell(new ShardsMoved());
        _drainAsker = ActorRefs.Nobody;
    }

    // The region leads to its shards until it is removed, and a moment longer: a question of before may be lost.
    private void Forget(Member gone, bool isRemoved = false)
    {
        _allocation.Forget(gone.Address);
        _kept.ForgetAll(NodeNames.Of(gone.Address));
        if (isRemoved)
            _kept.AskAgain();
        Timers.StartSingleTimer(nameof(Departure), new TickDue(), Departure);
    }

    // It may have the address of one that has left.
    private void Welcome(Member node)
    {
        _allocation.Forget(node.Address);
        Timers.StartSingleTimer(nameof(ComparisonDue), new ComparisonDue(), Comparison);
    }

    private void AwaitMoves()
    {
        Timers.Cancel(nameof(Look));
        _moves.Await(Sender, canMove: OtherNode is not null);
    }

    private void Ask(string stream) => _region.Tell(new ToStream(stream, new KeepOpen()));

    private static ActorSelection KeeperOf(Address node) => Context.ActorSelection(new RootActorPath(node) / "user" / Name);

    private sealed record TickDue : IPipelineMessage;

    private sealed record SweepDue : IPipelineMessage;

    private sealed record LookDue : IPipelineMessage;

    private sealed record ComparisonDue : IPipelineMessage;
}

/// <summary>The streams can be reached.</summary>
internal sealed record RegionStarted(IActorRef Region) : IPipelineMessage;

/// <summary>Host to keeper: this node is about to leave.</summary>
internal sealed record StopKeeping : IPipelineMessage;

/// <summary>Host to keeper: give the shards of this node away, a few at a time. Reply: <see cref="ShardsMoved"/> once it has none.</summary>
internal sealed record AwaitShards : IPipelineMessage;

/// <summary>The node has no shards, or nobody takes them.</summary>
internal sealed record ShardsMoved : IPipelineMessage;

/// <summary>Host to keeper: this node has ended its streams. Reply: <see cref="StreamsMoved"/> once they run elsewhere.</summary>
internal sealed record AwaitMoves : IPipelineMessage;

/// <summary>The streams run elsewhere, or cannot.</summary>
internal sealed record StreamsMoved : IPipelineMessage;

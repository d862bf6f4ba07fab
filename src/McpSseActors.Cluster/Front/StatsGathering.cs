using System.Collections.Immutable;
using Akka.Actor;
using McpSseActors.Actors;
using McpSseActors.Cluster.Wire;

namespace McpSseActors.Cluster.Front;

/// <summary>One request for the statistics of all streams: gathers the answers of all nodes, and says which are missing.</summary>
internal sealed class StatsGathering : ReceiveActor, IWithTimers
{
    private readonly IReadOnlyDictionary<string, ICanTell> _asked;
    private readonly ImmutableArray<string> _unreachable;
    private readonly HashSet<string> _nodes;
    private readonly ImmutableArray<string> _names;
    private readonly TimeSpan _limit;
    private readonly IActorRef _asker;
    private readonly Dictionary<string, StreamStats> _streams = new(StringComparer.Ordinal);

    public StatsGathering(IReadOnlyDictionary<string, ICanTell> nodes, IEnumerable<string> unreachable, ImmutableArray<string> names, TimeSpan limit, IActorRef asker)
    {
        (_asked, _unreachable, _names, _limit, _asker, _nodes) = (nodes, [.. unreachable], names, limit, asker, [.. nodes.Keys]);
        Receive<NodeStats>(one => Add(one.Stats));
        Receive<NodeStatsEnd>(End);
        Receive<Overdue>(_ => Answer());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    /// <param name="nodes">The nodes that are asked.</param>
    /// <param name="unreachable">The nodes that cannot answer.</param>
    /// <param name="names">The streams that are known.</param>
    /// <param name="limit">How long nodes have to answer.</param>
    /// <param name="asker">Who gets the answer.</param>
    public static Props Props(IReadOnlyDictionary<string, ICanTell> nodes, IEnumerable<string> unreachable, ImmutableArray<string> names, TimeSpan limit, IActorRef asker) =>
        QuietMailbox.For(() => new StatsGathering(nodes, unreachable, names, limit, asker));

    protected override void PreStart()
    {
        Timers.StartSingleTimer(nameof(Overdue), new Overdue(), _limit);
        foreach (var node in _asked.Values)
            node.Tell(new GetNodeStats(), Self);
        if (_asked.Count == 0)
            Answer();
    }

    // A stream may just have moved: the node where it runs knows more.
    private void Add(StreamStats stats)
    {
        if (!_streams.TryGetValue(stats.Stream, out var known) || !known.IsRunning)
            _streams[stats.Stream] = stats;
    }

    private void End(NodeStatsEnd end)
    {
        _nodes.Remove(end.Node);
        if (_nodes.Count == 0)
            Answer();
    }

    private void Answer()
    {
        _asker.Tell(new AllStats([.. _streams.Values.OrderBy(stats => stats.Stream, StringComparer.Ordinal)])
        {
            Missing = [.. _names.Where(name => !_streams.ContainsKey(name))],
            MissingNodes = [.. _nodes.Concat(_unreachable).Order(StringComparer.Ordinal)],
        });
        Context.Stop(Self);
    }

    private sealed record Overdue : IPipelineMessage;
}

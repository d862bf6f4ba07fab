using System.Collections.Immutable;
using McpSseActors.Cluster.Wire;

namespace McpSseActors.Cluster.Front;

/// <summary>The streams of the cluster as one node sees them: the last state of each, and where it runs.</summary>
internal sealed class StreamMap
{
    private readonly SortedDictionary<string, NodeState> _streams = new(StringComparer.Ordinal);

    public ImmutableArray<string> Names => [.. _streams.Keys];

    /// <summary>Gets the only stream; null if there is not exactly one.</summary>
    public string? Only => _streams.Count == 1 ? _streams.Keys.First() : null;

    public bool Has(string name) => _streams.ContainsKey(name);

    public IEnumerable<NodeState> On(string node) => _streams.Values.Where(state => state.IsHere && state.Node == node);

    /// <summary>Takes note of a state.</summary>
    /// <returns>
    /// False if it says nothing new: what a node says of a stream that does not run there, and what the last node says when the stream already runs on
    /// the next.
    /// </returns>
    public bool Apply(NodeState state)
    {
        var known = _streams.GetValueOrDefault(state.Change.Stream);
        if (known is { IsHere: true } && known.Node != state.Node && (!state.IsHere || state.Change.NewState is ConnectionState.Stopped))
            return false;
        if (known is not null && !state.IsHere)
            return false;
        if (known?.Change == state.Change)
            return false;
        _streams[state.Change.Stream] = state;
        return true;
    }

    /// <summary>A node has gone.</summary>
    /// <returns>The changes of the streams that ran there.</returns>
    public StreamStateChanged[] Lose(string node, DateTimeOffset now)
    {
        StreamStateChanged[] lost =
        [
            .. On(node).Select(state => state.Change).Where(last => last.NewState is not (ConnectionState.Idle or ConnectionState.Disabled)).Select(last =>
                new StreamStateChanged(last.Stream, last.NewState, ConnectionState.Idle, $"node {node} has left the cluster: the stream starts on another", 0, null, now)),
        ];
        foreach (var change in lost)
            _streams[change.Stream] = new NodeState(node, change, IsHere: false);
        return lost;
    }
}

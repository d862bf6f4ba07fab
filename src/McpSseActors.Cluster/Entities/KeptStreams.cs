using McpSseActors.Cluster.Wire;

namespace McpSseActors.Cluster.Entities;

/// <summary>Which streams are known to run, and where.</summary>
/// <param name="patience">How long one that was asked for has to answer.</param>
internal sealed class KeptStreams(TimeSpan patience)
{
    private const int MostAtATime = 1000;

    private readonly Dictionary<string, string> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, TimeSpan> _asked = new(StringComparer.Ordinal);
    private readonly Queue<string> _sweep = new();

    public void Keep(StreamKept kept)
    {
        _nodes[kept.Stream] = kept.Node;
        _asked.Remove(kept.Stream);
    }

    /// <summary>
    /// The streams to ask for: those that are not known to run, and were not asked for a moment ago; not more at a time than nodes can start. The one
    /// that was asked longest ago comes first, so that some that never answer keep no other waiting.
    /// </summary>
    /// <param name="configured">All streams, by name.</param>
    /// <param name="now">The time.</param>
    public IReadOnlyList<string> Due(IReadOnlyDictionary<string, string> configured, TimeSpan now)
    {
        List<string> due = _nodes.Count >= configured.Count ? []
            : [.. configured.Keys.Where(stream => !_nodes.ContainsKey(stream) && (!_asked.TryGetValue(stream, out var at) || now - at >= patience))
                .OrderBy(stream => _asked.GetValueOrDefault(stream, TimeSpan.MinValue)).Take(MostAtATime)];
        while (due.Count < MostAtATime && _sweep.TryDequeue(out var next))
            due.Add(next);
        foreach (var stream in due)
            _asked[stream] = now;
        return due;
    }

    /// <summary>Every stream that is known to run is due once, unless some still are since the last time.</summary>
    public void AskAll()
    {
        if (_sweep.Count > 0)
            return;
        foreach (var stream in _nodes.Keys)
            _sweep.Enqueue(stream);
    }

    public void Forget(string stream)
    {
        _nodes.Remove(stream);
        _asked.Remove(stream);
    }

    /// <summary>Forgets the streams that are not configured any more.</summary>
    public void ForgetAllBut(IReadOnlyDictionary<string, string> configured)
    {
        foreach (var stream in _nodes.Keys.Concat(_asked.Keys).Where(stream => !configured.ContainsKey(stream)).ToArray())
            Forget(stream);
    }

    /// <summary>A node has gone, and its streams with it.</summary>
    public void ForgetAll(string node)
    {
        foreach (var stream in _nodes.Where(each => each.Value == node).Select(each => each.Key).ToArray())
            Forget(stream);
    }

    public void Clear()
    {
        _sweep.Clear();
        _nodes.Clear();
        _asked.Clear();
    }
}

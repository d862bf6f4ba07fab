using System.Collections.Immutable;
using McpSseActors.Cluster.Wire;

namespace McpSseActors.Cluster.Entities;

/// <summary>Which streams are known to run, and where.</summary>
/// <param name="patience">How long one that was asked for has to answer at first; each time, it has twice as long.</param>
internal sealed class KeptStreams(TimeSpan patience)
{
    private const int MostAtATime = 1000;

    private static readonly TimeSpan MostPatience = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, string> _nodes = new(StringComparer.Ordinal);
    private readonly Dictionary<string, (TimeSpan At, TimeSpan Patience)> _asked = new(StringComparer.Ordinal);
    private readonly Queue<string> _sweep = new();
    private IReadOnlyDictionary<string, string> _configured = ImmutableDictionary<string, string>.Empty;

    /// <summary>All streams, by name. Those that are not configured any more are forgotten.</summary>
    public void Configure(IReadOnlyDictionary<string, string> configured)
    {
        _configured = configured;
        foreach (var stream in _nodes.Keys.Concat(_asked.Keys).Where(stream => !configured.ContainsKey(stream)).ToArray())
            Forget(stream);
    }

    /// <summary>A stream runs. One that is not configured here may run on another node.</summary>
    public void Keep(StreamKept kept)
    {
        if (!_configured.ContainsKey(kept.Stream))
            return;
        _nodes[kept.Stream] = kept.Node;
        _asked.Remove(kept.Stream);
    }

    /// <summary>
    /// The streams to ask for: those that are not known to run, and were not asked for a moment ago; not more at a time than nodes can start. The one
    /// that was asked longest ago comes first, so that some that never answer keep no other waiting.
    /// </summary>
    public IReadOnlyList<string> Due(TimeSpan now)
    {
        List<string> due = _nodes.Count == _configured.Count ? []
            : [.. _configured.Keys.Where(stream => !_nodes.ContainsKey(stream) && (!_asked.TryGetValue(stream, out var asked) || now - asked.At >= asked.Patience))
                .OrderBy(stream => _asked.TryGetValue(stream, out var asked) ? asked.At : TimeSpan.MinValue).Take(MostAtATime)];
        while (due.Count < MostAtATime && _sweep.TryDequeue(out var next))
            due.Add(next);
        foreach (var stream in due)
            _asked[stream] = (now, PatienceAfter(stream));
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

    /// <summary>Those that were asked for and have not answered are due at once.</summary>
    public void AskAgain() => _asked.Clear();

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

    private TimeSpan PatienceAfter(string stream) =>
        _asked.TryGetValue(stream, out var asked) ? TimeSpan.FromTicks(Math.Min(2 * asked.Patience.Ticks, MostPatience.Ticks)) : patience;
}

using System.Collections.Immutable;

namespace McpSseActors.Cli.Output;

/// <summary>
/// How far a tail has printed a stream. Events go on arriving until the stream has stopped; the statistics leave them out, so that who continues
/// after the reported event ID misses nothing.
/// </summary>
/// <param name="initialId">The ID after which the stream began.</param>
internal sealed class TailPosition(string? initialId)
{
    // How the library counts types beyond its bound.
    private const string Other = "(other)";

    private readonly Dictionary<string, long> _left = new(StringComparer.Ordinal);
    private string? _lastId = string.IsNullOrEmpty(initialId) ? null : initialId;
    private DateTimeOffset? _lastTime;

    /// <summary>Moves the position to after an event.</summary>
    public void Pass(McpEvent received)
    {
        // A subscription goes on from the cursor, not from the ID.
        _lastId = (received.OccurredAt is null ? received.EventId : received.LastEventId) ?? _lastId;
        _lastTime = received.Timestamp;
    }

    /// <summary>Counts an event that came after the end.</summary>
    public void Leave(McpEvent received) => _left[received.EventType] = _left.GetValueOrDefault(received.EventType) + 1;

    /// <summary>Returns the statistics without what came after the end.</summary>
    public StreamStats Cut(StreamStats stats)
    {
        // An event in flight has not been printed either.
        if (_left.Count == 0 && stats.InFlight == 0)
            return stats;
        var left = _left.Values.Sum();
        return stats with
        {
            TotalEventsReceived = stats.TotalEventsReceived - left,
            Dispatched = stats.Dispatched - left,
            EventsByType = Cut(stats.EventsByType),
            LastEventId = _lastId,
            LastEventTime = _lastTime,
        };
    }

    private ImmutableSortedDictionary<string, long> Cut(ImmutableSortedDictionary<string, long> counts)
    {
        foreach (var (type, left) in _left)
        {
            var key = counts.ContainsKey(type) ? type : Other;
            counts = counts.SetItem(key, counts.GetValueOrDefault(key) - left);
        }

        return counts.RemoveRange(counts.Where(count => count.Value <= 0).Select(count => count.Key));
    }
}

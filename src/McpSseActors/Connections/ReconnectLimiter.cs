namespace McpSseActors.Connections;

/// <summary>
/// Spreads the reconnects of a host's streams: no more than so many of them to one origin in one second, however many lost it at once. Shared by
/// all streams, and safe from any thread.
/// </summary>
internal sealed class ReconnectLimiter(int perSecond)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, Dictionary<string, HashSet<string>>> _seconds = [];

    /// <summary>Reserves a time for a reconnect.</summary>
    /// <param name="url">Where to.</param>
    /// <param name="stream">Whose; those of one stream in one second count once, since they follow each other anyway.</param>
    /// <param name="now">The time that has passed on a steady clock.</param>
    /// <param name="delay">The delay that the stream would take alone.</param>
    /// <returns>That delay, or as many whole seconds more as it takes to find room.</returns>
    public TimeSpan Reserve(Uri url, string stream, TimeSpan now, TimeSpan delay)
    {
        var origin = url.GetLeftPart(UriPartial.Authority);
        lock (_lock)
        {
            Forget((long)now.TotalSeconds);
            for (; ; delay += TimeSpan.FromSeconds(1))
            {
                var streams = StreamsIn((long)(now + delay).TotalSeconds, origin);
                if (streams.Count < perSecond || streams.Contains(stream))
                {
                    streams.Add(stream);
                    return delay;
                }
            }
        }
    }

    private HashSet<string> StreamsIn(long second, string origin)
    {
        if (!_seconds.TryGetValue(second, out var origins))
            _seconds.Add(second, origins = new(StringComparer.Ordinal));
        if (!origins.TryGetValue(origin, out var streams))
            origins.Add(origin, streams = new(StringComparer.Ordinal));
        return streams;
    }

    private void Forget(long second)
    {
        while (_seconds.Count > 0 && _seconds.First().Key < second)
            _seconds.Remove(_seconds.First().Key);
    }
}

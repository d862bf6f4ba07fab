namespace McpSseActors.Connections;

/// <summary>
/// Limits the reconnects of a host's streams: at most this many to one origin in one second, however many lost it at
/// once. Shared by all streams, and thread-safe.
/// </summary>
internal sealed class ReconnectLimiter(int perSecond)
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<long, Dictionary<string, HashSet<string>>> _seconds = [];

    /// <summary>Reserves a time for a reconnect.</summary>
    /// <param name="url">The server.</param>
    /// <param name="stream">The stream; several reconnects of one stream in one second count once.</param>
    /// <param name="now">The time on a monotonic clock.</param>
    /// <param name="delay">The delay of the stream without a limit.</param>
    /// <returns>That delay, plus as many whole seconds as it takes to find a free place.</returns>
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

namespace McpSseActors.Mcp;

/// <summary>
/// Finds out when a server has been silent for too long: twice the longest pause between its signs of life, once their rhythm is known. Only the
/// time in which the client waits for it counts.
/// </summary>
/// <param name="longest">The limit until the rhythm is known, and the largest one.</param>
/// <param name="time">The clock.</param>
internal sealed class Silence(TimeSpan longest, TimeProvider time) : IDisposable
{
    private const int FewestHeartbeats = 2;

    private readonly TimeSpan _longest = longest;
    private readonly CancellationTokenSource _timer = new(Timeout.InfiniteTimeSpan, time);
    private TimeSpan _quiet;
    private TimeSpan _widest;
    private long _begun;

    /// <summary>Gets the limit now.</summary>
    public TimeSpan Limit { get; private set; } = longest;

    /// <summary>Gets a token that is cancelled when it has passed.</summary>
    public CancellationToken Token => _timer.Token;

    /// <summary>The wait for the server begins.</summary>
    public void Begin()
    {
        _begun = time.GetTimestamp();
        _timer.CancelAfter(Limit > _quiet ? Limit - _quiet : TimeSpan.Zero);
    }

    /// <summary>Something came.</summary>
    public void Pause()
    {
        _timer.CancelAfter(Timeout.InfiniteTimeSpan);
        _quiet += time.GetElapsedTime(_begun);
    }

    /// <summary>What came was a sign of life.</summary>
    /// <param name="heartbeats">The heartbeats so far.</param>
    public void Break(int heartbeats)
    {
        _widest = _quiet > _widest ? _quiet : _widest;
        _quiet = TimeSpan.Zero;
        if (heartbeats < FewestHeartbeats)
            return;
        var limit = 2 * _widest > EventsProtocol.ShortestSilence ? 2 * _widest : EventsProtocol.ShortestSilence;
        Limit = limit < _longest ? limit : _longest;
    }

    public void Dispose() => _timer.Dispose();
}

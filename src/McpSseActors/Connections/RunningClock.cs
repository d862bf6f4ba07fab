namespace McpSseActors.Connections;

/// <summary>
/// Counts, in tenths of a limit, the time in which the process ran. After a pause (a laptop that sleeps, a stalled host), what arrived meanwhile
/// lies in the socket and must be read before anything is judged.
/// </summary>
/// <param name="limit">The limit.</param>
internal sealed class RunningClock(TimeSpan limit)
{
    /// <summary>The ticks per limit.</summary>
    public const int Ticks = 10;

    /// <summary>What a timer may be late by, although the process runs.</summary>
    private static readonly TimeSpan Latency = TimeSpan.FromMilliseconds(100);

    private TimeSpan _last;
    private bool _wasPaused;

    /// <summary>Gets the time until the next tick is due.</summary>
    public TimeSpan Interval { get; } = limit / Ticks;

    /// <summary>Gets or sets the ticks counted.</summary>
    public int Counted { get; set; }

    /// <summary>Notes that the time until the next tick begins.</summary>
    public void Begin(TimeSpan now) => _last = now;

    /// <summary>Counts a tick, unless the process did not run before it. A scheduler may make up for the ticks of a pause at once: they do not count either.</summary>
    public void Tick(TimeSpan now)
    {
        var ran = now - _last;
        _last = now;
        if (ran > (2 * Interval) + Latency)
            _wasPaused = true;
        else if (!_wasPaused || ran >= Interval / 2)
            (_wasPaused, Counted) = (false, Counted + 1);
    }
}

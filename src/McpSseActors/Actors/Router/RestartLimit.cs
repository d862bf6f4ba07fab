namespace McpSseActors.Actors.Router;

/// <summary>Counts the restarts of a handler in a window that begins with the first of them.</summary>
/// <param name="max">The most restarts; -1 for no limit.</param>
/// <param name="window">The length of the window.</param>
internal sealed class RestartLimit(int max, TimeSpan window)
{
    private TimeSpan _began;
    private int _count;

    public int Max => max;

    public TimeSpan Window => window;

    /// <summary>Whether one more restart is within the limit; if so, it counts.</summary>
    /// <param name="now">The time of a monotonic clock.</param>
    public bool Allows(TimeSpan now)
    {
        if (max < 0)
            return true;
        if (_count == 0 || now - _began > window)
            (_began, _count) = (now, 0);
        return _count++ < max;
    }
}

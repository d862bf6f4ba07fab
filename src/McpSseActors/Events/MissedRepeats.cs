namespace McpSseActors.Events;

/// <summary>
/// Counts repeats that were taken for new events, because the server sent something unknown first: a greeting, or events older than the
/// <see cref="ResumeWindow"/>. They are certain once the server has repeated the events of the window in order, up to the last one.
/// </summary>
internal sealed class MissedRepeats
{
    // A greeting is short. After so many unknown events, only a replay of the whole window counts.
    private const int LongestGreeting = 32;

    private const int LongestReplay = 1 << 16;

    private readonly List<Fingerprint> _window = [];
    private long _forgotten;
    private int _unknown;
    private int _first;
    private int _next;

    /// <summary>Gets whether a replay may still come or go on.</summary>
    public bool IsLooking { get; private set; }

    /// <summary>Starts to look at the events of a connection, at its first.</summary>
    /// <param name="window">What was dispatched last before the connection.</param>
    /// <param name="forgotten">How many events were dispatched before those.</param>
    public void Begin(Latest<Fingerprint> window, long forgotten)
    {
        _window.Clear();
        for (var index = 0; index < window.Count; index++)
            _window.Add(window[index]);
        (_forgotten, _unknown, _next) = (forgotten, 0, 0);
        IsLooking = true;
    }

    /// <summary>Ends the search.</summary>
    public void End() => IsLooking = false;

    /// <summary>Adds an event.</summary>
    /// <returns>The number of repeats, if this event is the last of the window; otherwise 0.</returns>
    public int Find(Fingerprint received)
    {
        var isNext = _next > 0 && _window[_next] == received;
        if (!isNext && !IsFirst(received))
            return 0;
        _next++;
        if (_next < _window.Count)
            return 0;
        End();
        // What came before the oldest event of the window is older than that.
        var older = _first == 0 ? Math.Min(_unknown, _forgotten) : 0;
        return (int)older + _window.Count - _first;
    }

    private bool IsFirst(Fingerprint received)
    {
        if (_next > 0)
            _unknown += _next - _first;
        _first = _unknown < LongestGreeting ? _window.IndexOf(received) : _window[0] == received ? 0 : -1;
        _next = Math.Max(_first, 0);
        if (_first >= 0)
            return true;
        _unknown++;
        IsLooking = _unknown < Math.Clamp(_forgotten + 1, LongestGreeting, LongestReplay);
        return false;
    }
}

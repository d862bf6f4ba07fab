namespace McpSseActors.Actors;

/// <summary>
/// Notices that the process did not run for a while: it was stopped, or its machine slept. Meanwhile, another node may have taken over its streams.
/// A clock that is set forward counts too, because the timestamps of most systems leave out the time that a machine sleeps. Used from any thread.
/// </summary>
internal sealed class FreezeWatch : IDisposable
{
    private readonly TimeProvider _time;
    private readonly TimeSpan _limit;
    private readonly ITimer _ticks;
    private readonly Lock _gate = new();
    private long _last;
    private DateTimeOffset _lastTime;
    private int _count;

    /// <param name="limit">The shortest freeze that counts; several times the interval of the ticks.</param>
    /// <param name="time">The clock.</param>
    public FreezeWatch(TimeSpan limit, TimeProvider time)
    {
        (_limit, _time, _last, _lastTime) = (limit, time, time.GetTimestamp(), time.GetUtcNow());
        _ticks = time.CreateTimer(_ => Look(), null, limit / 8, limit / 8);
    }

    /// <summary>Counts the freezes until now, including one that has just ended and was noticed elsewhere first.</summary>
    public int Look()
    {
        lock (_gate)
        {
            var (now, time) = (_time.GetTimestamp(), _time.GetUtcNow());
            if (_time.GetElapsedTime(_last, now) > _limit || time - _lastTime > _limit)
                _count++;
            (_last, _lastTime) = (now, time);
            return _count;
        }
    }

    public void Dispose() => _ticks.Dispose();
}

namespace McpSseActors.Tests.Support;

/// <summary>A clock with timers that a test moves on.</summary>
public sealed class VirtualTime : TimeProvider
{
    private readonly Lock _lock = new();
    private readonly List<VirtualTimer> _timers = [];
    private TimeSpan _elapsed;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>The time until the next timer is due; null if none is.</summary>
    public TimeSpan? Next
    {
        get
        {
            lock (_lock)
                return _timers.Count == 0 ? null : _timers.Min(timer => timer.Due) - _elapsed;
        }
    }

    public override long GetTimestamp()
    {
        lock (_lock)
            return _elapsed.Ticks;
    }

    public override DateTimeOffset GetUtcNow() => new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero) + TimeSpan.FromTicks(GetTimestamp());

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new VirtualTimer(this, () => callback(state));
        timer.Change(dueTime, period);
        return timer;
    }

    /// <summary>Waits until a timer is due within this time, as it is when the code under test waits.</summary>
    public Task UntilWaitsAsync(double atLeast, double atMost) => Eventually.HoldsAsync(() =>
        Next.ShouldNotBeNull().TotalSeconds.ShouldBeInRange(atLeast, atMost));

    public void Advance(double seconds)
    {
        var until = _elapsed + TimeSpan.FromSeconds(seconds);
        while (Take(until) is { } due)
            due.Run();
        lock (_lock)
            _elapsed = until;
    }

    private VirtualTimer? Take(TimeSpan until)
    {
        lock (_lock)
        {
            var due = _timers.Where(timer => timer.Due <= until).MinBy(timer => timer.Due);
            if (due is null)
                return null;
            _elapsed = due.Due > _elapsed ? due.Due : _elapsed;
            _timers.Remove(due);
            return due;
        }
    }

    private sealed class VirtualTimer(VirtualTime time, Action run) : ITimer
    {
        public TimeSpan Due { get; private set; }

        public Action Run => run;

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time._lock)
            {
                time._timers.Remove(this);
                if (dueTime == Timeout.InfiniteTimeSpan)
                    return true;
                Due = time._elapsed + dueTime;
                time._timers.Add(this);
                return true;
            }
        }

        public void Dispose() => Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}

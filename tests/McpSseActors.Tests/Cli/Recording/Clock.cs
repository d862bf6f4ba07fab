using System.Threading.Channels;

namespace McpSseActors.Tests.Cli.Recording;

/// <summary>A clock that moves only when a test moves it, and tells which delays were asked for.</summary>
internal sealed class Clock : TimeProvider
{
    private readonly Lock _gate = new();
    private readonly List<Waiting> _waiting = [];
    private readonly Channel<TimeSpan> _delays = Channel.CreateUnbounded<TimeSpan>();
    private TimeSpan _now;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => _now.Ticks;

    /// <summary>The next delay that was asked for.</summary>
    public async Task<TimeSpan> NextDelayAsync() => await _delays.Reader.ReadAsync().AsTask().WaitAsync(Within.Limit);

    public void Advance(TimeSpan by)
    {
        List<Waiting> due;
        lock (_gate)
        {
            _now += by;
            due = [.. _waiting.Where(timer => timer.Due <= _now)];
            _waiting.RemoveAll(due.Contains);
        }

        due.ForEach(timer => timer.Run());
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        lock (_gate)
        {
            var timer = new Waiting(this, _now + dueTime, () => callback(state));
            if (dueTime != Timeout.InfiniteTimeSpan)
                _waiting.Add(timer);
            _delays.Writer.TryWrite(dueTime);
            return timer;
        }
    }

    private sealed record Waiting(Clock Clock, TimeSpan Due, Action Run) : ITimer
    {
        public bool Change(TimeSpan dueTime, TimeSpan period) => false;

        public void Dispose()
        {
            lock (Clock._gate)
                Clock._waiting.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return default;
        }
    }
}

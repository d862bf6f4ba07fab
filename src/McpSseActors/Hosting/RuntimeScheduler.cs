using System.Collections.Concurrent;
using System.Diagnostics;
using Akka.Actor;
using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;

namespace McpSseActors.Hosting;

/// <summary>
/// Akka's scheduler on the timers of the runtime, which cost nothing until they are due. Akka's own wakes up 100 times a second, also for a timer that
/// is due in an hour. Like it, a scheduler that is disposed runs what is still waiting, so that no task waits for ever.
/// </summary>
/// <param name="config">The configuration of the actor system.</param>
/// <param name="log">Logs what fails.</param>
internal sealed class RuntimeScheduler(Config config, ILoggingAdapter log) : SchedulerBase(config, log), IDateTimeOffsetNowTimeProvider, IDisposable
{
    /// <summary>The configuration of a host that names no scheduler.</summary>
    public const string DefaultHocon = "akka.scheduler.implementation = \"McpSseActors.Hosting.RuntimeScheduler, McpSseActors\"";

    private static readonly long Origin = Stopwatch.GetTimestamp();

    private readonly ConcurrentDictionary<Entry, byte> _entries = [];
    private volatile bool _isDisposed;

    public override TimeSpan MonotonicClock => Stopwatch.GetElapsedTime(Origin);

    public override TimeSpan HighResMonotonicClock => MonotonicClock;

    protected override DateTimeOffset TimeNow => DateTimeOffset.UtcNow;

    public void Dispose()
    {
        _isDisposed = true;
        foreach (var entry in _entries.Keys)
            entry.End();
    }

    protected override void InternalScheduleTellOnce(TimeSpan delay, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(delay, null, () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleTellRepeatedly(
        TimeSpan initialDelay, TimeSpan interval, ICanTell receiver, object message, IActorRef sender, ICancelable cancelable) =>
        Add(initialDelay, interval, () => receiver.Tell(message, sender), cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, Action action, ICancelable cancelable) => Add(delay, null, action, cancelable);

    protected override void InternalScheduleOnce(TimeSpan delay, IRunnable action, ICancelable cancelable) => Add(delay, null, action.Run, cancelable);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, Action action, ICancelable cancelable) =>
        Add(initialDelay, interval, action, cancelable);

    protected override void InternalScheduleRepeatedly(TimeSpan initialDelay, TimeSpan interval, IRunnable action, ICancelable cancelable) =>
        Add(initialDelay, interval, action.Run, cancelable);

    private void Add(TimeSpan delay, TimeSpan? interval, Action action, ICancelable? cancelable)
    {
        if (_isDisposed)
            throw new SchedulerException("The scheduler of this actor system has been disposed.");
        if (cancelable?.IsCancellationRequested is true)
            return;
        var entry = new Entry(this, interval, action);
        _entries[entry] = default;
        entry.Start(delay, cancelable?.Token ?? default);
        if (_isDisposed)
            entry.End();
    }

    private sealed class Entry(RuntimeScheduler scheduler, TimeSpan? interval, Action action)
    {
        // The longest that a timer of the runtime takes is 49 days.
        private static readonly TimeSpan Longest = TimeSpan.FromDays(40);
        private static readonly TimeSpan Millisecond = TimeSpan.FromMilliseconds(1);

        private readonly Lock _lock = new();
        private CancellationTokenRegistration _cancellation;
        private Timer? _timer;
        private TimeSpan _due;

        public void Start(TimeSpan delay, CancellationToken cancellation)
        {
            _due = scheduler.MonotonicClock + delay;
            lock (_lock)
            {
                _timer = CreateTimer();
                Wait(delay);
                _cancellation = cancellation.UnsafeRegister(static entry => ((Entry)entry!).Remove(), this);
                if (!scheduler._entries.ContainsKey(this))
                    Stop();
            }
        }

        public void End()
        {
            if (Remove())
                Run();
        }

        // The timer must not carry on the context of the actor that happens to start it.
        private Timer CreateTimer()
        {
            using var flow = ExecutionContext.IsFlowSuppressed() ? default : ExecutionContext.SuppressFlow();
            return new Timer(static entry => ((Entry)entry!).Fire(), this, Timeout.Infinite, Timeout.Infinite);
        }

        private void Fire()
        {
            var early = _due - scheduler.MonotonicClock;
            if (early > TimeSpan.Zero)
                Wait(early);
            else if (interval is not { } period)
                End();
            else if (scheduler._entries.ContainsKey(this) && Run())
                Repeat(period);
            else
                Remove();
        }

        private void Repeat(TimeSpan period)
        {
            _due = scheduler.MonotonicClock + period;
            Wait(period);
        }

        private void Wait(TimeSpan time)
        {
            lock (_lock)
                _timer?.Change(time > Longest ? Longest : TimeSpan.FromMilliseconds(Math.Ceiling(time / Millisecond)), Timeout.InfiniteTimeSpan);
        }

        private bool Run()
        {
            try
            {
                action();
                return true;
            }
            catch (Exception fault)
            {
                scheduler.Log.Error(fault, "A scheduled action failed; it is not repeated");
                return false;
            }
        }

        private bool Remove()
        {
            var isFirst = scheduler._entries.TryRemove(this, out _);
            lock (_lock)
                Stop();
            return isFirst;
        }

        private void Stop()
        {
            _timer?.Dispose();
            _timer = null;
            _cancellation.Unregister();
        }
    }
}

using McpSseActors.Connections;

namespace McpSseActors.Mcp;

/// <summary>
/// Limits a wait, in time in which the process runs. The wait for an awaited message is limited from the moment at which something else came:
/// servers may send other messages first, but a server that does not support MCP sends nothing else.
/// </summary>
/// <param name="limit">The time to wait.</param>
/// <param name="cancellation">Cancels the wait earlier.</param>
internal sealed class Patience(TimeSpan limit, CancellationToken cancellation) : IDisposable
{
    private readonly CancellationTokenSource _source = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
    private readonly RunningClock _clock = new(limit);
    private readonly Lock _lock = new();
    private Timer? _timer;
    private bool _isDisposed;

    public CancellationToken Token => _source.Token;

    /// <summary>Gets whether the limit has passed, and nothing else cancelled the wait.</summary>
    public bool IsOver => _source.IsCancellationRequested && !cancellation.IsCancellationRequested;

    private static TimeSpan Now => TimeSpan.FromMilliseconds(Environment.TickCount64);

    /// <summary>Starts the limit, unless it has started.</summary>
    public void Begin()
    {
        lock (_lock)
        {
            if (_timer is not null || _isDisposed)
                return;
            _timer = new Timer(_ => Tick());
            Schedule(_timer);
        }
    }

    public void Dispose()
    {
        lock (_lock)
        {
            _isDisposed = true;
            _timer?.Dispose();
        }

        _source.Dispose();
    }

    private void Tick()
    {
        lock (_lock)
        {
            if (_isDisposed)
                return;
            _clock.Tick(Now);
            if (_clock.Counted < RunningClock.Ticks)
            {
                Schedule(_timer!);
                return;
            }
        }

        try
        {
            _source.Cancel();
        }
        catch (ObjectDisposedException)
        {
            // What was limited has ended.
        }
    }

    private void Schedule(Timer timer)
    {
        _clock.Begin(Now);
        timer.Change(_clock.Interval, Timeout.InfiniteTimeSpan);
    }
}

using System.Globalization;

namespace McpSseActors.Cli.Output;

/// <summary>Shows once per second how far a command has come: events, events per second, and the time.</summary>
internal sealed class ProgressLine : IDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(1);

    private readonly IReporter _reporter;
    private readonly TimeProvider _time;
    private readonly Func<long> _events;
    private readonly Func<long>? _bytes;
    private readonly long _start;
    private readonly ITimer _timer;
    private long _before;

    /// <summary>Starts to show it.</summary>
    /// <param name="reporter">Where it is shown; only a terminal shows it.</param>
    /// <param name="time">The clock.</param>
    /// <param name="events">Counts the events.</param>
    /// <param name="bytes">Counts the bytes; null leaves them out.</param>
    public ProgressLine(IReporter reporter, TimeProvider time, Func<long> events, Func<long>? bytes = null)
    {
        (_reporter, _time, _events, _bytes) = (reporter, time, events, bytes);
        _start = time.GetTimestamp();
        _timer = time.CreateTimer(_ => Show(), null, Interval, Interval);
    }

    public void Dispose() => _timer.Dispose();

    private void Show()
    {
        var events = _events();
        var perSecond = (events - _before) / Interval.TotalSeconds;
        _before = events;
        var bytes = _bytes is null ? "" : string.Create(CultureInfo.InvariantCulture, $", {_bytes()} bytes");
        _reporter.Progress(string.Create(CultureInfo.InvariantCulture, $"… {events} events, {perSecond:0}/s{bytes}, {_time.GetElapsedTime(_start):h\\:mm\\:ss}"));
    }
}

using System.Diagnostics;

namespace McpSseActors.Benchmarks.Scale.Support;

/// <summary>Looks at the memory of a process 20 times a second.</summary>
internal sealed class RssRecorder : IAsyncDisposable
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);

    private readonly CancellationTokenSource _stop = new();
    private readonly long _start = Stopwatch.GetTimestamp();
    private readonly List<(double Seconds, long Bytes)> _samples = [];
    private readonly Task _running;

    public RssRecorder(int process) => _running = RecordAsync(process);

    /// <summary>Ends, and gives what it saw.</summary>
    public async Task<IReadOnlyList<(double Seconds, long Bytes)>> FinishAsync()
    {
        await DisposeAsync();
        return _samples;
    }

    public async ValueTask DisposeAsync()
    {
        await _stop.CancelAsync();
        await _running.ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    private async Task RecordAsync(int process)
    {
        using var timer = new PeriodicTimer(Interval);
        do
        {
            _samples.Add((Stopwatch.GetElapsedTime(_start).TotalSeconds, ProcessFigures.Rss(process)));
        }
        while (await timer.WaitForNextTickAsync(_stop.Token));
    }
}

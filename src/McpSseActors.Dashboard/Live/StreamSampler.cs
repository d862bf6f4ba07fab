using System.Collections.Immutable;
using McpSseActors.Hosting;
using Microsoft.Extensions.Logging;

namespace McpSseActors.Dashboard.Live;

/// <summary>The streams at one second.</summary>
/// <param name="Tick">The number of the second.</param>
/// <param name="Time">When, UTC.</param>
/// <param name="Streams">The streams, sorted by name.</param>
/// <param name="Letters">The dead letters that are kept; null if they can't be counted.</param>
internal sealed record Sample(long Tick, DateTimeOffset Time, ImmutableArray<SampledStream> Streams, long? Letters)
{
    public SampledStream? Find(string stream) => Streams.FirstOrDefault(each => each.Stats.Stream == stream);
}

/// <summary>One stream at one second, and before.</summary>
internal sealed record SampledStream(StreamStats Stats, StreamSeries Series);

/// <summary>
/// Reads the statistics once a second, while a page is open and for a while after, so that one who comes back sees the time between. Pages look at the last
/// sample when they like: none waits for another. Safe from any thread.
/// </summary>
internal sealed partial class StreamSampler(IMcpSseClient client, StreamReadings readings, TimeProvider time, ILogger log, CancellationToken stopping)
{
    /// <summary>So long it goes on after the last page.</summary>
    public static readonly TimeSpan Afterwards = TimeSpan.FromMinutes(15);

    private const int SecondsBetweenCounts = 5;
    private static readonly TimeSpan Second = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly Dictionary<string, StreamSeries> _series = new(StringComparer.Ordinal);
    private int _watchers;
    private long _unwatchedSince;
    private bool _isRunning;
    private long? _letters;

    /// <summary>Gets the last sample; null before the first.</summary>
    public Sample? Latest { get; private set; }

    /// <summary>Gets the series of a stream; null if nothing is known.</summary>
    public StreamSeries? SeriesOf(string stream) => Latest?.Find(stream)?.Series;

    /// <summary>Somebody looks, until this is disposed.</summary>
    public IDisposable Watch()
    {
        lock (_gate)
        {
            _watchers++;
            if (!_isRunning)
            {
                _isRunning = true;
                _ = RunAsync();
            }
        }

        return new Watcher(this);
    }

    private void Leave()
    {
        lock (_gate)
        {
            _watchers--;
            _unwatchedSince = time.GetTimestamp();
        }
    }

    private bool Ends()
    {
        lock (_gate)
        {
            if (_watchers > 0 || time.GetElapsedTime(_unwatchedSince) < Afterwards)
                return false;
            _isRunning = false;
            _series.Clear();
            Latest = null;
            return true;
        }
    }

    private async Task RunAsync()
    {
        using var timer = new PeriodicTimer(Second, time);
        var begin = time.GetTimestamp();
        var last = begin;
        do
        {
            try
            {
                var now = time.GetTimestamp();
                var elapsed = time.GetElapsedTime(last, now);
                await SampleAsync((long)Math.Round(time.GetElapsedTime(begin, now).TotalSeconds), Math.Max(elapsed.TotalSeconds, 0.1)).ConfigureAwait(false);
                last = now;
            }
            catch (Exception fault) when (fault is not OutOfMemoryException)
            {
                // The next second may be better. When the streams have ended, so will the pages.
                Missed(log, fault.Message);
            }
        }
        while (!Ends() && await HasNextAsync(timer).ConfigureAwait(false));
    }

    private async ValueTask<bool> HasNextAsync(PeriodicTimer timer)
    {
        try
        {
            return await timer.WaitForNextTickAsync(stopping).ConfigureAwait(false);
        }
        catch (OperationCanceledException)
        {
            return false;
        }
    }

    private async Task SampleAsync(long tick, double elapsed)
    {
        var stats = await WithSilentAsync(await readings.GetAsync(CancellationToken.None).ConfigureAwait(false)).ConfigureAwait(false);
        if (tick % SecondsBetweenCounts == 0 || Latest is null)
            _letters = await CountLettersAsync().ConfigureAwait(false);
        var now = time.GetUtcNow();
        var streams = ImmutableArray.CreateBuilder<SampledStream>(stats.Length);
        foreach (var each in stats)
        {
            if (!_series.TryGetValue(each.Stream, out var series))
                _series.Add(each.Stream, series = new StreamSeries());
            series.Add(each, tick, elapsed, now);
            streams.Add(new SampledStream(each, series));
        }

        if (_series.Count > streams.Count)
        {
            foreach (var gone in _series.Keys.Except(stats.Select(each => each.Stream)).ToArray())
                _series.Remove(gone);
        }

        Latest = new Sample(tick, now, streams.MoveToImmutable(), _letters);
    }

    // A stream that did not answer stays on the page: its node may just have failed, and another resumes it.
    private async Task<ImmutableArray<StreamStats>> WithSilentAsync(ImmutableArray<StreamStats> stats)
    {
        if (Latest is not { } last || last.Streams.Length <= stats.Length)
            return stats;
        var silent = (await client.GetStreamsAsync().ConfigureAwait(false)).Except(stats.Select(each => each.Stream)).ToHashSet(StringComparer.Ordinal);
        var before = last.Streams.Where(each => silent.Contains(each.Stats.Stream))
            .Select(each => each.Stats with
            {
                State = ConnectionState.Idle,
                StateReason = "the stream does not answer",
                EventsPerSecond = 0,
                InFlight = 0,
            });
        return [.. stats.Concat(before).OrderBy(each => each.Stream, StringComparer.Ordinal)];
    }

    private async Task<long?> CountLettersAsync()
    {
        try
        {
            return (await client.CountDeadLettersAsync().ConfigureAwait(false)).Count;
        }
        catch (Exception unknown) when (unknown is PositionStoreException or TimeoutException)
        {
            return null;
        }
    }

    [LoggerMessage(LogLevel.Debug, "The dashboard could not read the statistics: {Reason}")]
    private static partial void Missed(ILogger log, string reason);

    private sealed class Watcher(StreamSampler sampler) : IDisposable
    {
        private bool _hasLeft;

        public void Dispose()
        {
            if (!_hasLeft)
                sampler.Leave();
            _hasLeft = true;
        }
    }
}

using System.Diagnostics;
using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Corpora;
using McpSseActors.TestSupport.Reporting;

namespace McpSseActors.Benchmarks.Throughput;

/// <summary>Lets the clients of a comparison take turns, round after round, each time in another order.</summary>
/// <param name="comparison">The clients.</param>
/// <param name="server">Who sends.</param>
/// <param name="seconds">How long one reading shall take.</param>
internal sealed class ComparisonRun(Comparison comparison, ServerProcess server, double seconds)
{
    private const long FirstBytes = 16 << 20;
    private const long FewestEvents = 120;
    private const int FewestCalibrations = 6;
    private const int MostCalibrations = 12;
    private const double Growing = 1.1;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(2);

    private readonly Dictionary<IClient, (long Events, IReadOnlyList<Seen> Expected)> _shares = [];

    /// <summary>Measures all clients. What is not cancelled is kept: only whole rounds count.</summary>
    /// <param name="rounds">How many, besides one that warms up.</param>
    /// <param name="progress">Told what is being done.</param>
    /// <param name="cancellation">Ends it early.</param>
    /// <exception cref="WrongContentException">A client saw something else than was sent.</exception>
    public async Task<ComparisonResult> RunAsync(int rounds, Action<string> progress, CancellationToken cancellation)
    {
        var clients = comparison.Clients;
        var measured = new List<IReadOnlyDictionary<IClient, Measurement>>();
        try
        {
            progress("finding out how many events take how long");
            foreach (var client in clients)
                await CalibrateAsync(client, cancellation);
            for (var round = 0; round <= rounds; round++)
            {
                progress(round == 0 ? "warming up" : $"round {round} of {rounds}");
                var results = new Dictionary<IClient, Measurement>();
                for (var turn = 0; turn < clients.Count; turn++)
                {
                    var client = clients[(round + turn) % clients.Count];
                    results[client] = await MeasureAsync(client, cancellation);
                }

                if (round > 0)
                    measured.Add(results);
            }
        }
        catch (OperationCanceledException) when (cancellation.IsCancellationRequested)
        {
            // The rounds so far are the result.
        }

        return new ComparisonResult(comparison, measured);
    }

    // Code becomes faster while it runs, by steps: on a busy machine the compiler takes seconds until it has done its best.
    private async Task CalibrateAsync(IClient client, CancellationToken cancellation)
    {
        Share(client, FirstBytes / comparison.Corpus.EventSize);
        var (before, now) = (0.0, 0.0);
        for (var times = 0; times < MostCalibrations && (times < FewestCalibrations || now > before * Growing); times++)
        {
            (before, now) = (now, (await MeasureAsync(client, cancellation)).EventsPerSecond);
            Share(client, (long)(now * seconds));
        }
    }

    private void Share(IClient client, long events)
    {
        events = Math.Clamp(events, FewestEvents, Corpus.MostEvents);
        _shares[client] = (events, client.Expect(comparison.Corpus, events));
    }

    private async Task<Measurement> MeasureAsync(IClient client, CancellationToken cancellation)
    {
        var (events, expected) = _shares[client];
        await using var reading = await client.PrepareAsync(comparison.Corpus, events);
        var address = comparison.Address(server, events);
        GC.Collect();
        GC.WaitForPendingFinalizers();
        GC.Collect();
        var allocated = GC.GetTotalAllocatedBytes(precise: true);
        var processor = Environment.CpuUsage.TotalTime;
        var start = Stopwatch.GetTimestamp();
        try
        {
            await reading.ReadAsync(address, cancellation).WaitAsync(Limit, CancellationToken.None);
        }
        catch (TimeoutException)
        {
            // It lacks events, and what it lacks is told.
        }

        var time = Stopwatch.GetElapsedTime(start);
        processor = Environment.CpuUsage.TotalTime - processor;
        allocated = GC.GetTotalAllocatedBytes(precise: true) - allocated;
        return reading.Seen.SequenceEqual(expected)
            ? new Measurement(events, time, processor, allocated)
            : throw new WrongContentException(client, comparison.Corpus, expected, reading.Seen);
    }
}

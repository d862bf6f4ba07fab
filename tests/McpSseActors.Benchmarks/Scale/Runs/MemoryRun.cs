using System.Globalization;
using System.Net.Http.Json;
using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Corpora;
using McpSseActors.Benchmarks.Reporting;
using McpSseActors.Benchmarks.Scale.Clients;
using McpSseActors.Benchmarks.Scale.Support;
using McpSseActors.TestSupport.Reporting;
using ScottPlot;

namespace McpSseActors.Benchmarks.Scale.Runs;

/// <summary>How much a client's memory grows while its handler cannot keep up with a long stream.</summary>
/// <param name="corpora">What is sent.</param>
/// <param name="withNaiveLoop">Whether the naive loop is measured as well, to compare.</param>
internal sealed class MemoryRun(IReadOnlyList<Corpus> corpora, bool withNaiveLoop = true) : IScaleRun
{
    private const double StreamSize = 240e6;
    private const double Must = 32 << 20;
    private const double Aim = 12 << 20;

    /// <summary>How often the slow handler sleeps on its way through the stream.</summary>
    private const int Naps = 1000;

    /// <summary>What the kernel's buffers on both sides and the client may take of a stream that nobody handles.</summary>
    private const double MostSentWhileHeld = 16 << 20;

    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Hold = TimeSpan.FromSeconds(10);

    private readonly List<string[]> _rows = [];
    private readonly List<Target> _targets = [];
    private readonly Dictionary<string, Plot> _plots = [];

    public async Task<Report> RunAsync(ServerProcess server, CancellationToken ending)
    {
        foreach (var corpus in corpora)
        {
            var events = (long)(StreamSize / corpus.EventSize);
            var url = server.Address($"/events?corpus={corpus.Name}&events={events}&after={Pause.TotalSeconds}").ToString();
            var plot = NewPlot(corpus);
            await MeasureAsync(corpus, plot, "handler blocks for 10 s", new MemorySettings(url, IsNaive: false, events, IsHeld: true, NapEvery: 0),
                server, ending);
            await MeasureAsync(corpus, plot, "slow handler", new MemorySettings(url, IsNaive: false, events, IsHeld: false, events / Naps), server, ending);
            if (withNaiveLoop)
                await MeasureAsync(corpus, plot, "naive loop, slow handler", new MemorySettings(url, IsNaive: true, events, IsHeld: false, events / Naps), server, ending);
            _plots.Add(corpus.Name, plot);
        }

        return new Report("memory", $"""
            A stream of {StreamSize / 1e6:0} MB against a handler that blocks for {Hold.TotalSeconds:0} s at the first event and then handles all, and
            one that sleeps {MemorySettings.NapTime.TotalMilliseconds:0} ms after every thousandth of the stream. The naive loop is `HttpClient`,
            `SseParser` and a `Tell` for each event to the same slow actor. Growth is that of the peak of the resident memory over what it was when
            the client had connected and no event had come; each client has a separate process. Sent is what the server could send until the handler
            went on.
            """, new Sheet("Memory while the handler cannot keep up", ["corpus", "client", "connected", "peak", "growth", "sent while held", "events"], _rows), _targets) { Plots = _plots };
    }

    private async Task MeasureAsync(Corpus corpus, Plot plot, string what, MemorySettings settings, ServerProcess server, CancellationToken ending)
    {
        Console.WriteLine($"memory, {corpus.Name}: {what}");
        await using var client = ClientProcess.Start(ClientCommand.Memory, settings);
        await client.HearAsync<Stage>(ending);
        await using var recorder = new RssRecorder(client.Id);
        await Task.Delay(Pause / 2, ending);
        var connected = ProcessFigures.Rss(client.Id);
        var sentBefore = await SentBytesAsync(server, ending);

        await client.HearAsync<Stage>(ending);
        var sent = settings.IsHeld ? await HoldAsync(client, server, ending) - sentBefore : (long?)null;
        var all = await client.HearAsync<Stage>(ending);

        var growth = ProcessFigures.PeakRss(client.Id) - connected;
        _rows.Add(
        [
            corpus.Name, what, Numbers.Megabytes(connected), Numbers.Megabytes(connected + growth), Numbers.Megabytes(growth),
            sent is { } bytes ? Numbers.Megabytes(bytes) : "", Events(all.Count, settings.Events),
        ]);
        if (sent > MostSentWhileHeld)
            throw new InvalidOperationException($"The server was not held back: it sent {Numbers.Megabytes(sent.Value)}.");
        if (!settings.IsNaive)
            _targets.Add(new Target($"{corpus.Name}, peak RSS, {what}", Spread.Of([growth]), Must, Aim, Numbers.Megabytes));
        Draw(plot, what, await recorder.FinishAsync(), connected);
    }

    private static async Task<long> HoldAsync(ClientProcess client, ServerProcess server, CancellationToken ending)
    {
        await Task.Delay(Hold, ending);
        var sent = await SentBytesAsync(server, ending);
        await client.GoOnAsync();
        return sent;
    }

    private static async Task<long> SentBytesAsync(ServerProcess server, CancellationToken ending)
    {
        using var client = new HttpClient();
        return await client.GetFromJsonAsync<long>(server.Address($"/sent"), ending);
    }

    private static string Events(long handled, long sent) => handled == sent
        ? handled.ToString(CultureInfo.InvariantCulture)
        : throw new InvalidOperationException(string.Create(CultureInfo.InvariantCulture, $"{handled} events were handled of {sent}."));

    private static Plot NewPlot(Corpus corpus)
    {
        var plot = new Plot();
        plot.Title($"Resident memory, {StreamSize / 1e6:0} MB of {corpus.Description}");
        plot.XLabel("seconds after connecting");
        plot.YLabel("growth in MB");
        plot.ShowLegend(Alignment.MiddleRight);
        return plot;
    }

    private static void Draw(Plot plot, string what, IReadOnlyList<(double Seconds, long Bytes)> samples, long connected)
    {
        var line = plot.Add.ScatterLine(
            samples.Select(sample => sample.Seconds).ToArray(), samples.Select(sample => (sample.Bytes - connected) / (double)(1 << 20)).ToArray());
        line.LegendText = what;
        line.LineWidth = 2;
    }
}

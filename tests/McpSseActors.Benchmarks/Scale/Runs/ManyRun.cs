using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Reporting;
using McpSseActors.Benchmarks.Scale.Clients;
using McpSseActors.Benchmarks.Scale.Support;
using McpSseActors.TestSupport.Reporting;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace McpSseActors.Benchmarks.Scale.Runs;

/// <summary>Many streams at once, each with an event now and then.</summary>
/// <param name="rounds">How often the clients take turns.</param>
/// <param name="streams">How many streams.</param>
/// <param name="rate">Events per second of each.</param>
/// <param name="seconds">How long a client is measured.</param>
/// <param name="withBareLoops">Whether bare loops are measured as well, to compare.</param>
internal sealed class ManyRun(int rounds, int streams, int rate, int seconds, bool withBareLoops = true) : IScaleRun
{
    /// <summary>The warm-up, in which the code is compiled and recompiled, in seconds; it does not count.</summary>
    private const int WarmUp = 10;

    /// <summary>How many events each stream keeps by default: with fewer, its memory is not what it will be.</summary>
    private static readonly int Kept = new StreamOptions().EventBufferSize;

    private static readonly (string Name, Func<ManyResult, double> Of)[] Percentiles =
        [("p50", result => result.P50), ("p90", result => result.P90), ("p99", result => result.P99), ("p99.9", result => result.P999)];

    private readonly Turns<ClientKind, Figures> _turns = new(withBareLoops ? [ClientKind.Bare, ClientKind.Plain] : [ClientKind.Plain]);
    private readonly Plot _memory = NewPlot("Resident memory", "seconds after the start", "MB");
    private readonly HashSet<ClientKind> _drawn = [];
    private int _crowds;

    public async Task<Report> RunAsync(ServerProcess server, CancellationToken ending)
    {
        await _turns.TakeAsync("many", rounds, kind => MeasureAsync(kind, server, ending));
        var kept = Math.Min(Kept, (WarmUp + seconds) * rate);
        return new Report("many", $"""
            {streams} streams at once, {rate} events per second of each, each of 105 bytes and in its own HTTP chunk. Latency is from the server's taking of its time, right before it sends an event, to the handler; processor time is that of the
            client's process. {seconds} s a run after {WarmUp} s that do not count, {rounds} rounds in which the clients take turns; median and range. RSS is that of the end, with {kept} recent events of each
            stream. The library has one host, default settings, and one handler for each stream; the bare loops are as many tasks with an `SseParser` with strings, and one `HttpClient`.
            """,
            new Sheet($"{streams} streams at {rate} events per second", ["client", .. Percentiles.Select(each => each.Name), "processor/event", "RSS", "collections", "of", "allocated/event"], [.. _turns.Clients.Select(Row)]),
            [
                new Target("many streams, p50", Micros(result => result.P50), Must: 120, Aim: 90, InMicros),
                new Target("many streams, p99", Micros(result => result.P99), Must: 3000, Aim: 1000, InMicros),
                new Target("many streams, processor an event", _turns.Of(ClientKind.Plain, figures => figures.Processor), Must: 50, Aim: 44, InMicros),
                .. kept < Kept ? [] : (Target[])
                    [new("many streams, RSS with full buffers", _turns.Of(ClientKind.Plain, figures => figures.Rss), Must: 260 << 20, Aim: 200 << 20, Numbers.Megabytes)],
            ])
        {
            Plots = new Dictionary<string, Plot> { ["memory"] = _memory, ["latency"] = DrawLatency() },
        };
    }

    private async Task<Figures> MeasureAsync(ClientKind kind, ServerProcess server, CancellationToken ending)
    {
        var url = server.Address($"/many?crowd={_crowds++}&streams={streams}&rate={rate}&events={(WarmUp + seconds) * rate}").ToString();
        await using var client = ClientProcess.Start(
            ClientCommand.Many, new ManySettings(url, kind, streams, (long)WarmUp * rate * streams, (long)seconds * rate * streams));
        await using var recorder = new RssRecorder(client.Id);
        await client.HearAsync<Stage>(ending);
        var before = ProcessFigures.ProcessorTime(client.Id);
        var result = await client.HearAsync<ManyResult>(ending);
        var processor = ProcessFigures.ProcessorTime(client.Id) - before;
        var rss = ProcessFigures.Rss(client.Id);
        var samples = await recorder.FinishAsync();
        if (_drawn.Add(kind))
            Draw(_memory, kind, samples.Select(sample => sample.Seconds), samples.Select(sample => sample.Bytes / (double)(1 << 20)));
        return new Figures(result, processor.TotalMicroseconds / ((double)seconds * rate * streams), rss);
    }

    private string[] Row(ClientKind kind) =>
    [
        kind.ToString(),
        .. Percentiles.Select(each => _turns.Of(kind, figures => each.Of(figures.Latency)).Text(InMicros)),
        _turns.Of(kind, figures => figures.Processor).Text(InMicros),
        _turns.Of(kind, figures => figures.Rss).Text(Numbers.Megabytes),
        _turns.Of(kind, figures => figures.Latency.Collections).Text(Numbers.Whole),
        _turns.Of(kind, figures => figures.Latency.Pause).Text(InMicros),
        _turns.Of(kind, figures => figures.Latency.Allocated).Text(Numbers.Bytes),
    ];

    private Spread Micros(Func<ManyResult, double> figure) => _turns.Of(ClientKind.Plain, figures => figure(figures.Latency));

    private static string InMicros(double micros) => $"{Numbers.Whole(micros)} us";

    private Plot DrawLatency()
    {
        var plot = NewPlot("Latency", "", "microseconds");
        foreach (var kind in _turns.Clients)
        {
            Draw(plot, kind, Percentiles.Select((_, place) => (double)place),
                Percentiles.Select(each => Math.Log10(_turns.Of(kind, figures => each.Of(figures.Latency)).Median)));
        }

        plot.Axes.Bottom.TickGenerator = new NumericManual([0, 1, 2, 3], [.. Percentiles.Select(each => each.Name)]);
        plot.Axes.Left.TickGenerator = new NumericManual([1, 2, 3, 4, 5], ["10", "100", "1,000", "10,000", "100,000"]);
        return plot;
    }

    private static Plot NewPlot(string title, string x, string y)
    {
        var plot = new Plot();
        plot.Title(title);
        plot.XLabel(x);
        plot.YLabel(y);
        plot.ShowLegend(Alignment.UpperLeft);
        return plot;
    }

    private static void Draw(Plot plot, ClientKind kind, IEnumerable<double> x, IEnumerable<double> y)
    {
        var line = plot.Add.ScatterLine(x.ToArray(), y.ToArray());
        line.LegendText = kind is ClientKind.Bare ? "bare loops" : "McpSseActors";
        line.LineWidth = 2;
    }

    private sealed record Figures(ManyResult Latency, double Processor, long Rss);
}

using System.Diagnostics;
using System.Globalization;
using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Reporting;
using McpSseActors.Benchmarks.Scale.Clients;
using McpSseActors.Benchmarks.Scale.Support;
using McpSseActors.TestSupport.Reporting;

namespace McpSseActors.Benchmarks.Scale.Runs;

/// <summary>What streams cost on which nothing happens.</summary>
internal sealed class IdleRun(IReadOnlyList<int> streams, int seconds, int rounds = 1) : IScaleRun
{
    /// <summary>The number of streams that has targets.</summary>
    private const int Judged = 1000;

    /// <summary>The host that the others are compared with: a first stream loads and compiles what all of them share, HTTP above all, and that is no cost of a stream.</summary>
    private const int Baseline = 1;

    private const int CommentEvery = 15;
    private const double Must = 48 << 10;
    private const double Aim = 28 << 10;

    /// <summary>What a process has open besides the sockets of its streams.</summary>
    private const int OtherFiles = 256;

    private static readonly TimeSpan TimeToSettle = TimeSpan.FromSeconds(3);

    private readonly Turns<int, Cost> _turns = new([Baseline, .. streams.Where(count => count > Baseline)]);

    public async Task<Report> RunAsync(ServerProcess server, CancellationToken ending)
    {
        if (ProcessFigures.MostOpenFiles() < streams.Max() + OtherFiles)
            throw new InvalidOperationException($"{streams.Max()} streams need more open files than the {ProcessFigures.MostOpenFiles()} that are allowed: raise the limit with 'ulimit -n {streams.Max() + OtherFiles}', or name fewer with --streams.");

        var none = await MeasureAsync(0, server, ending);
        await _turns.TakeAsync("idle streams", rounds, count => MeasureAsync(count, server, ending));
        return new Report("idle", $"""
            Streams of one host, each with its connection, parser, router, statistics and one handler, and a comment every {CommentEvery} s. Memory and processor time of a stream are the difference to a
            host with one stream, divided by the others: RSS(n) - RSS(1) over n - 1. The first stream loads and compiles what all of them share, HTTP above all ({Of(Baseline, cost => cost.Rss - none.Rss, Numbers.Megabytes)} here), which is a fixed cost of the
            process. Resident memory is as it is after {seconds} s of idling, and after a full collection; then the live heap; the processor time of these {seconds} s. The time to connect begins with the start
            of the process. Rounds: {rounds}; given are the median and the range.
            """,
            new Sheet("Streams on which nothing happens", ["streams", "connected in", "RSS", "RSS per stream", "after a collection", "live heap per stream", "processor per stream"], [.. _turns.Clients.Select(Row)]),
            [.. _turns.Clients.Where(count => count == Judged).Select(count => new Target($"RSS an idle stream, of {Judged}", PerStream(count, cost => cost.Rss), Must, Aim, Numbers.Kilobytes))]);
    }

    private async Task<Cost> MeasureAsync(int count, ServerProcess server, CancellationToken ending)
    {
        var start = Stopwatch.GetTimestamp();
        await using var client = ClientProcess.Start(ClientCommand.Idle, new IdleSettings(server.Address($"/idle?comment-every={CommentEvery}").ToString(), count));
        await client.HearAsync<Stage>(ending);
        var connected = Stopwatch.GetElapsedTime(start);
        await Task.Delay(TimeToSettle, ending);

        var before = ProcessFigures.ProcessorTime(client.Id);
        await Task.Delay(TimeSpan.FromSeconds(seconds), ending);
        var processor = ProcessFigures.ProcessorTime(client.Id) - before;
        var rss = ProcessFigures.Rss(client.Id);
        await client.GoOnAsync();
        var heap = await client.HearAsync<Stage>(ending);
        return new Cost(connected, processor, rss, ProcessFigures.Rss(client.Id), heap.Count);
    }

    private string[] Row(int count) =>
    [
        count.ToString(CultureInfo.InvariantCulture),
        Of(count, cost => cost.Connected.TotalSeconds, seconds => $"{Numbers.Hundredths(seconds)} s"),
        Of(count, cost => cost.Rss, Numbers.Megabytes),
        .. count == Baseline ? ["", "", "", ""] : (string[])
        [
            PerStream(count, cost => cost.Rss).Text(Numbers.Kilobytes),
            PerStream(count, cost => cost.RssCollected).Text(Numbers.Kilobytes),
            PerStream(count, cost => cost.Heap).Text(Numbers.Kilobytes),
            PerStream(count, cost => cost.Processor.TotalMicroseconds / seconds).Text(micros => $"{Numbers.Text(micros)} us/s"),
        ],
    ];

    private string Of(int count, Func<Cost, double> figure, Func<double, string> format) => _turns.Of(count, figure).Text(format);

    private Spread PerStream(int count, Func<Cost, double> figure) => _turns.Of(count, Baseline, (all, one) => (figure(all) - figure(one)) / (count - Baseline));

    private sealed record Cost(TimeSpan Connected, TimeSpan Processor, long Rss, long RssCollected, long Heap);
}

using System.Diagnostics;
using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Reporting;
using McpSseActors.Benchmarks.Scale.Clients;
using McpSseActors.Benchmarks.Scale.Support;
using McpSseActors.TestSupport.Reporting;

namespace McpSseActors.Benchmarks.Scale.Runs;

/// <summary>What streams cost on which nothing happens.</summary>
/// <param name="streams">How many streams the hosts have.</param>
/// <param name="seconds">How long they are idle.</param>
/// <param name="rounds">How often.</param>
/// <param name="withBareLoops">Whether bare loops are measured as well, to compare.</param>
internal sealed class IdleRun(IReadOnlyList<int> streams, int seconds, int rounds = 1, bool withBareLoops = true) : IScaleRun
{
    /// <summary>The number of streams whose memory has targets.</summary>
    private const int Judged = 1000;

    /// <summary>The host that the others are compared with: a first stream loads and compiles what all of them share, HTTP above all. None of that is the cost of a stream.</summary>
    private const int Baseline = 1;

    private const int CommentEvery = 15;

    /// <summary>What a process has open besides the sockets of its streams.</summary>
    private const int OtherFiles = 256;

    private static readonly TimeSpan TimeToSettle = TimeSpan.FromSeconds(3);
    private static readonly Turn One = new(ClientKind.Plain, Baseline);

    private readonly Turns<Turn, Cost> _turns = new(
    [
        .. from count in streams.Prepend(Baseline).Distinct()
           from kind in withBareLoops ? [ClientKind.Bare, ClientKind.Plain] : (ClientKind[])[ClientKind.Plain]
           select new Turn(kind, count),
    ]);

    public async Task<Report> RunAsync(ServerProcess server, CancellationToken ending)
    {
        if (ProcessFigures.MostOpenFiles() < streams.Max() + OtherFiles)
            throw new InvalidOperationException($"{streams.Max()} streams need more open files than the {ProcessFigures.MostOpenFiles()} that are allowed: raise the limit with 'ulimit -n {streams.Max() + OtherFiles}', or name fewer with --streams.");

        var none = await MeasureAsync(new Turn(ClientKind.Plain, 0), server, ending);
        await _turns.TakeAsync("idle streams", rounds, turn => MeasureAsync(turn, server, ending));
        return new Report("idle", $"""
            Streams of one host, each with its connection, parser, router, statistics and one handler, and a comment every {CommentEvery} s. The bare loops are as many tasks with an `SseParser`, and one `HttpClient`.
            The processor time is that of the whole process, over {seconds} s of idling. Memory of a stream is the difference to a host with one stream, divided by the others: RSS(n) - RSS(1) over n - 1. The first
            stream loads and compiles what all of them share, HTTP above all ({_turns.Of(One, cost => cost.Rss - none.Rss).Text(Numbers.Megabytes)} here), which is a fixed cost of the process. Resident memory is as it is
            after the idling, and after a full collection; then the live heap. The time to connect begins with the start of the process. Rounds: {rounds}; given are the median and the range.
            """,
            new Sheet("Streams on which nothing happens",
                ["streams", "client", "connected in", "processor", "RSS", "RSS per stream", "after a collection", "live heap per stream"],
                [.. _turns.Clients.Select(Row)]),
            [
                new Target("processor time, 1 idle stream", Processor(One), Must: 5, Aim: 2, PerSecond),
                .. _turns.Clients.Where(turn => turn is { Kind: ClientKind.Plain, Streams: Judged })
                    .Select(turn => new Target($"RSS an idle stream, of {Judged}", PerStream(turn, cost => cost.Rss), Must: 48 << 10, Aim: 28 << 10, Numbers.Kilobytes)),
            ]);
    }

    private async Task<Cost> MeasureAsync(Turn turn, ServerProcess server, CancellationToken ending)
    {
        var start = Stopwatch.GetTimestamp();
        await using var client = ClientProcess.Start(ClientCommand.Idle, new IdleSettings(server.Address($"/idle?comment-every={CommentEvery}").ToString(), turn.Kind, turn.Streams));
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

    private string[] Row(Turn turn) =>
    [
        Numbers.Whole(turn.Streams),
        turn.Kind.ToString(),
        _turns.Of(turn, cost => cost.Connected.TotalSeconds).Text(time => $"{Numbers.Hundredths(time)} s"),
        Processor(turn).Text(PerSecond),
        _turns.Of(turn, cost => cost.Rss).Text(Numbers.Megabytes),
        .. turn.Streams == Baseline ? ["", "", ""] : (string[])
        [
            PerStream(turn, cost => cost.Rss).Text(Numbers.Kilobytes),
            PerStream(turn, cost => cost.RssCollected).Text(Numbers.Kilobytes),
            PerStream(turn, cost => cost.Heap).Text(Numbers.Kilobytes),
        ],
    ];

    private Spread Processor(Turn turn) => _turns.Of(turn, cost => cost.Processor.TotalMilliseconds / seconds);

    private Spread PerStream(Turn turn, Func<Cost, double> figure) =>
        _turns.Of(turn, turn with { Streams = Baseline }, (all, one) => (figure(all) - figure(one)) / (turn.Streams - Baseline));

    private static string PerSecond(double milliseconds) => $"{Numbers.Hundredths(milliseconds)} ms/s";

    private sealed record Turn(ClientKind Kind, int Streams);

    private sealed record Cost(TimeSpan Connected, TimeSpan Processor, long Rss, long RssCollected, long Heap);
}

using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Reporting;
using McpSseActors.Benchmarks.Scale.Clients;
using McpSseActors.Benchmarks.Scale.Support;
using McpSseActors.TestSupport.Reporting;

namespace McpSseActors.Benchmarks.Scale.Runs;

/// <summary>How throughput grows from one core to two.</summary>
internal sealed class CoresRun(int rounds, long events) : IScaleRun
{
    private const int ManyStreams = 8;
    private const string OfServer = "0";
    private const string One = "1";

    /// <summary>Where there are but two cores, the client's second is the server's as well.</summary>
    private static readonly string Two = Environment.ProcessorCount > 2 ? "1,2" : "0,1";

    private readonly Turns<Turn, BusyFigures> _turns = new(
    [
        .. from streams in new[] { 1, ManyStreams }
           from kind in Enum.GetValues<ClientKind>()
           from processors in new[] { One, Two }
           select new Turn(streams, kind, processors),
    ]);

    public async Task<Report> RunAsync(ServerProcess server, CancellationToken ending)
    {
        if (Environment.ProcessorCount < 2)
            throw new InvalidOperationException("Growth from one core to two cannot be measured on a machine with one.");
        await using var pinned = await ServerProcess.StartAsync(OfServer);
        var runs = new BusyRuns(pinned, events, ending);
        await _turns.TakeAsync("cores", rounds, turn => runs.MeasureAsync(turn.Kind, turn.Streams, turn.Processors));

        return new Report("cores", $"""
            Events per second ({BusyRuns.Sent.Description}) of a client that `taskset` binds to core {One}, and of one bound to cores {Two};
            .NET makes its pools for as many. The server is a separate process on core {OfServer}, which on a machine with two cores is the client's
            second core as well: the client lacks what the server takes of it. {rounds} rounds in which the clients take turns; median and range of
            the growth within a round. A bare loop of one stream has but one thread at a time. Each client reads all streams until it becomes no
            faster, and the last time counts.
            """,
            new Sheet("From one core to two", ["streams", "client", "events/s, one core", "events/s, two cores", "growth", "cores used"],
                [.. _turns.Clients.Where(turn => turn.Processors == Two).Select(Row)]), []);
    }

    private string[] Row(Turn two)
    {
        var one = two with { Processors = One };
        return
        [
            Numbers.Whole(two.Streams),
            two.Kind.ToString(),
            Numbers.Amount(_turns.Of(one, figures => figures.EventsPerSecond).Median),
            Numbers.Amount(_turns.Of(two, figures => figures.EventsPerSecond).Median),
            _turns.Ratio(two, one, figures => figures.EventsPerSecond).Text(Numbers.Hundredths),
            Numbers.Text(_turns.Of(two, figures => figures.Cores).Median),
        ];
    }

    private sealed record Turn(int Streams, ClientKind Kind, string Processors);
}

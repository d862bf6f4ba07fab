using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Reporting;
using McpSseActors.Benchmarks.Scale.Clients;
using McpSseActors.Benchmarks.Scale.Support;
using McpSseActors.TestSupport.Reporting;

namespace McpSseActors.Benchmarks.Scale.Runs;

/// <summary>Many streams at full speed at once.</summary>
internal sealed class BusyRun(int rounds, int streams, long events) : IScaleRun
{
    private readonly Turns<ClientKind, BusyFigures> _turns = new(Enum.GetValues<ClientKind>());

    public async Task<Report> RunAsync(ServerProcess server, CancellationToken ending)
    {
        var runs = new BusyRuns(server, events, ending);
        await _turns.TakeAsync("busy", rounds, kind => runs.MeasureAsync(kind, streams));

        return new Report("busy", $"""
            {streams} streams at once, each with another part of {events} events ({BusyRuns.Sent.Description}), as fast as the client takes them. Events per second are those of all streams together, from the connecting
            to the handling of the last event; the content of every stream is checked by hash. The library has one host, and one handler for each stream; the bare loops are as many tasks, each with an `HttpClient`
            and an `SseParser` with strings. {rounds} rounds in which the clients take turns; median and range. Each client reads all streams until it becomes no faster, and the last time counts.
            """,
            new Sheet($"{streams} busy streams at once", ["client", "events/s", "x bare", "cores", "peak RSS"], [.. _turns.Clients.Select(Row)]), []);
    }

    private string[] Row(ClientKind kind) =>
    [
        kind.ToString(),
        _turns.Of(kind, figures => figures.EventsPerSecond).Text(Numbers.Amount),
        kind is ClientKind.Bare ? "1" : _turns.Ratio(kind, ClientKind.Bare, figures => figures.EventsPerSecond).Text(Numbers.Hundredths),
        Numbers.Text(_turns.Of(kind, figures => figures.Cores).Median),
        _turns.Of(kind, figures => figures.PeakRss).Text(Numbers.Megabytes),
    ];
}

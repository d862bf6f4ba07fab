using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Reporting;
using McpSseActors.Benchmarks.Scale.Clients;
using McpSseActors.Benchmarks.Scale.Support;
using McpSseActors.Benchmarks.Throughput;

namespace McpSseActors.Benchmarks.Scale.Runs;

/// <summary>How long it takes from a cut to the first event of the next connection.</summary>
internal sealed class ReconnectRun(int rounds, int reconnects) : IScaleRun
{
    private const int WarmUp = 5000;

    /// <summary>So long a connection stands, in seconds: until the client has come to rest.</summary>
    private const double CutAfter = 0.001;

    private readonly Turns<Turn, ReconnectResult> _turns = new([.. new[] { "rst", "fin" }.SelectMany(_ => new[] { ClientKind.Bare, ClientKind.Plain }, (cut, kind) => new Turn(cut, kind))]);

    public async Task<Report> RunAsync(ServerProcess server, CancellationToken ending)
    {
        await _turns.TakeAsync("reconnect", rounds, async turn =>
        {
            var url = server.Address($"/drop?events=1&how={turn.Cut}&after={CutAfter}").ToString();
            await using var client = ClientProcess.Start(ClientCommand.Reconnect, new ReconnectSettings(url, turn.Kind, WarmUp, reconnects));
            return await client.HearAsync<ReconnectResult>(ending);
        });

        return new Report("reconnect", $"""
            The server sends an event and {CutAfter * 1000:0} ms later cuts the connection in the middle of the answer, with RST or FIN. Timed from the cut to the handler of the first event of the next
            connection: {reconnects} reconnects a run after {WarmUp} that do not count, {rounds} rounds in which the clients take turns. Microseconds: the median of the rounds, and from the least to the most.
            The bare loop has one `HttpClient` and asks again at once, with `Last-Event-ID`; this library has the least `initial_reconnect_delay` and no jitter.
            """,
            new Sheet("From a cut to the first event of the next connection", ["cut", "client", "p50", "p99", "p50 x bare", "p99 x bare"], [.. _turns.Clients.Select(Row)]),
            [.. _turns.Clients.Where(turn => turn.Kind is not ClientKind.Bare)
                .Select(turn => new Target($"reconnect p50, {turn.Cut}, x bare", Ratio(turn, r => r.P50), Must: 1.5, Aim: 1.1, Numbers.Hundredths))]);
    }

    private string[] Row(Turn turn) =>
    [
        turn.Cut, turn.Kind.ToString(), Micros(turn, r => r.P50), Micros(turn, r => r.P99),
        .. turn.Kind is ClientKind.Bare ? ["1", "1"] : (string[])[Ratio(turn, r => r.P50).Text(Numbers.Hundredths), Ratio(turn, r => r.P99).Text(Numbers.Hundredths)],
    ];

    private string Micros(Turn turn, Func<ReconnectResult, double> figure) => _turns.Of(turn, figure).Text(Numbers.Whole);

    private Spread Ratio(Turn turn, Func<ReconnectResult, double> figure) => _turns.Ratio(turn, turn with { Kind = ClientKind.Bare }, figure);

    private sealed record Turn(string Cut, ClientKind Kind);
}

using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Scale.Clients;
using McpSseActors.Benchmarks.Scale.Support;

namespace McpSseActors.Benchmarks.Scale.Runs;

/// <summary>How long it takes from a cut to the first event of the next connection.</summary>
internal sealed class ReconnectRun(int rounds, int reconnects) : IScaleRun
{
    private const int WarmUp = 2000;

    /// <summary>So long a connection stands, in seconds: until the client has come to rest.</summary>
    private const double CutAfter = 0.001;

    private readonly Dictionary<(string Cut, ClientKind Kind), List<ReconnectResult>> _results = new[] { "rst", "fin" }
        .SelectMany(_ => new[] { ClientKind.Bare, ClientKind.Plain }, (cut, kind) => (cut, kind)).ToDictionary(each => each, _ => new List<ReconnectResult>());

    public async Task<Report> RunAsync(ServerProcess server, CancellationToken ending)
    {
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var ((cut, kind), results) in _results)
            {
                var url = server.Address($"/drop?events=1&how={cut}&after={CutAfter}").ToString();
                await using var client = ClientProcess.Start(ClientCommand.Reconnect, new ReconnectSettings(url, kind, WarmUp, reconnects));
                results.Add(await client.HearAsync<ReconnectResult>(ending));
                Console.WriteLine($"reconnect, round {round}: {cut} {kind} {results[^1]}");
            }
        }

        return new Report("reconnect", "From a cut to the first event of the next connection", $"""
            The server sends an event and {CutAfter * 1000:0} ms later cuts the connection in the middle of the answer, with RST or FIN. Timed from the cut to the handler of the first event of the next
            connection: {reconnects} reconnects a run after {WarmUp} that do not count, {rounds} rounds in which the clients take turns. Microseconds: the median of the rounds, and from the least to the most.
            The bare loop has one `HttpClient` and asks again at once, with `Last-Event-ID`; this library has the least `initial_reconnect_delay` and no jitter.
            """,
            new Sheet(["cut", "client", "p50", "p99", "p50 x bare", "p99 x bare"], [.. _results.Keys.Select(Row)]),
            [.. _results.Keys.Where(each => each.Kind is not ClientKind.Bare)
                .Select(each => new Target($"{each.Cut}: p50, x bare loop", Ratio(each, r => r.P50), Must: 1.5, Aim: 1.1, Target.Times))]);
    }

    private string[] Row((string Cut, ClientKind Kind) each) =>
    [
        each.Cut, each.Kind.ToString(), Values(each, r => r.P50).Spread(), Values(each, r => r.P99).Spread(),
        Target.Times(Ratio(each, r => r.P50)), Target.Times(Ratio(each, r => r.P99)),
    ];

    private double[] Values((string Cut, ClientKind Kind) each, Func<ReconnectResult, double> figure) => [.. _results[each].Select(figure)];

    private double Ratio((string Cut, ClientKind Kind) each, Func<ReconnectResult, double> figure) =>
        Values(each, figure).Zip(Values(each with { Kind = ClientKind.Bare }, figure), (ours, bare) => ours / bare).Median();
}

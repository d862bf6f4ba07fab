using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Reporting;
using McpSseActors.Benchmarks.Scale.Clients;
using McpSseActors.Benchmarks.Scale.Support;
using McpSseActors.TestSupport.Reporting;

namespace McpSseActors.Benchmarks.Scale.Runs;

/// <summary>How long it takes from a cut to the first event of the next connection.</summary>
internal sealed class ReconnectRun(int rounds, int reconnects) : IScaleRun
{
    private const int WarmUp = 5000;

    /// <summary>How long a connection stays open, in seconds: until the client is idle.</summary>
    private const double CutAfter = 0.001;

    private const int DefaultStreams = 50;
    private const int DefaultCuts = 3;

    /// <summary>A little longer than <c>healthy_after</c>, in seconds.</summary>
    private const double DefaultCutAfter = 5.5;

    private readonly Turns<string, Pair> _turns = new(["rst", "fin"]);
    private int _pairs;

    public async Task<Report> RunAsync(ServerProcess server, CancellationToken ending)
    {
        await _turns.TakeAsync("reconnect", rounds, how => MeasureAsync(server, how, ending));
        var defaults = await MeasureDefaultsAsync(server, ending);
        return new Report("reconnect", $"""
            The server sends an event and {CutAfter * 1000:0} ms later cuts the connection in the middle of the answer, with RST or FIN. Timed from the cut to the handler of the first event of the next
            connection: {reconnects} reconnects a run after {WarmUp} that do not count, {rounds} rounds. The two clients are there at once, and are cut in turns, 50 times each while the other stays
            connected. Microseconds: the median of the rounds, and from the least to the most. The bare loop has one `HttpClient` and asks again at once, with `Last-Event-ID`; this library has the least
            `initial_reconnect_delay` and no jitter. The last line is of {DefaultStreams} streams with default settings, each cut {DefaultCuts} times after a connection that lasted {DefaultCutAfter} s, and so proved healthy.
            """,
            new Sheet("From a cut to the first event of the next connection", ["cut", "client", "p50", "p99", "p50 x bare", "p99 x bare"],
                [.. _turns.Clients.SelectMany(Rows), ["fin", "default settings", Numbers.Whole(defaults.P50), Numbers.Whole(defaults.P99), "", ""]]),
            [.. _turns.Clients.Select(how => new Target($"reconnect p50, {how}, x bare", Ratio(how, result => result.P50), Must: 1.5, Aim: 1.1, Numbers.Hundredths))]);
    }

    private async Task<Pair> MeasureAsync(ServerProcess server, string how, CancellationToken ending)
    {
        var turns = _pairs++;
        await using var bare = Start(ClientKind.Bare, client: 0);
        await using var plain = Start(ClientKind.Plain, client: 1);
        return new Pair(await bare.HearAsync<ReconnectResult>(ending), await plain.HearAsync<ReconnectResult>(ending));

        ClientProcess Start(ClientKind kind, int client)
        {
            var url = server.Address($"/drop?events=1&how={how}&after={CutAfter}&turns={turns}&clients=2&client={client}").ToString();
            return ClientProcess.Start(ClientCommand.Reconnect, new ReconnectSettings(url, kind, WarmUp, reconnects));
        }
    }

    private static async Task<ReconnectResult> MeasureDefaultsAsync(ServerProcess server, CancellationToken ending)
    {
        Console.WriteLine("reconnect, default settings");
        var url = server.Address($"/drop?events=1&how=fin&after={DefaultCutAfter}&turns=default").ToString();
        await using var client = ClientProcess.Start(ClientCommand.Reconnect, new ReconnectSettings(url, ClientKind.Plain, 0, DefaultStreams * DefaultCuts) { DefaultStreams = DefaultStreams });
        return await client.HearAsync<ReconnectResult>(ending);
    }

    private string[][] Rows(string how) =>
    [
        [how, nameof(ClientKind.Bare), Micros(how, pair => pair.Bare.P50), Micros(how, pair => pair.Bare.P99), "1", "1"],
        [
            how, nameof(ClientKind.Plain), Micros(how, pair => pair.Plain.P50), Micros(how, pair => pair.Plain.P99),
            Ratio(how, result => result.P50).Text(Numbers.Hundredths), Ratio(how, result => result.P99).Text(Numbers.Hundredths),
        ],
    ];

    private string Micros(string how, Func<Pair, double> figure) => _turns.Of(how, figure).Text(Numbers.Whole);

    private Spread Ratio(string how, Func<ReconnectResult, double> figure) => _turns.Of(how, pair => figure(pair.Plain) / figure(pair.Bare));

    private sealed record Pair(ReconnectResult Bare, ReconnectResult Plain);
}

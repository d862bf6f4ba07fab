using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Reporting;
using McpSseActors.Benchmarks.Scale.Clients;
using McpSseActors.Benchmarks.Scale.Support;
using McpSseActors.TestSupport.Reporting;

namespace McpSseActors.Benchmarks.Scale.Runs;

/// <summary>How long an event takes from the server to the handler at an even rate.</summary>
internal sealed class LatencyRun(int rounds, int rate, int seconds) : IScaleRun
{
    /// <summary>The warm-up, in which the code is compiled and recompiled; it does not count.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    private readonly Turns<ClientKind, LatencyResult> _turns = new(Enum.GetValues<ClientKind>());

    public async Task<Report> RunAsync(ServerProcess server, CancellationToken ending)
    {
        var warmUp = (int)(rate * WarmUp.TotalSeconds);
        var url = server.Address($"/paced?rate={rate}&events={warmUp + (rate * seconds)}").ToString();
        await _turns.TakeAsync("latency", rounds, async kind =>
        {
            await using var client = ClientProcess.Start(ClientCommand.Latency, new LatencySettings(url, kind, warmUp, rate * seconds));
            return await client.HearAsync<LatencyResult>(ending);
        });

        return new Report("latency", $"""
            From the server's taking of its time, right before it sends an event, to the handler; {seconds} s a run after {WarmUp.TotalSeconds:0} s that do not count, {rounds} rounds in which the clients take turns.
            Microseconds: the median of the rounds, and from the least to the most. The bare loop is `HttpClient` and `SseParser` with strings; x is against it in the same round, again the median.
            """,
            new Sheet($"Latency at {rate} events per second", ["client", "p50", "p99", "p99.9", "p50 x bare", "p99 x bare", "p99.9 x bare"], [.. _turns.Clients.Select(Row)]),
            [.. Targets(ClientKind.Plain), .. Targets(ClientKind.Batch)]);
    }

    private string[] Row(ClientKind kind) =>
    [
        kind.ToString(), Micros(kind, r => r.P50), Micros(kind, r => r.P99), Micros(kind, r => r.P999),
        .. kind is ClientKind.Bare ? ["1", "1", "1"] : (string[])[Times(kind, r => r.P50), Times(kind, r => r.P99), Times(kind, r => r.P999)],
    ];

    private Target[] Targets(ClientKind kind) =>
    [
        new($"latency p50, {kind}, x bare", Ratio(kind, r => r.P50), Must: 2, Aim: 1.2, Numbers.Hundredths),
        new($"latency p99, {kind}, x bare", Ratio(kind, r => r.P99), Must: 3, Aim: 1.5, Numbers.Hundredths),
    ];

    private string Micros(ClientKind kind, Func<LatencyResult, double> figure) => _turns.Of(kind, figure).Text(Numbers.Whole);

    private string Times(ClientKind kind, Func<LatencyResult, double> figure) => Ratio(kind, figure).Text(Numbers.Hundredths);

    private Spread Ratio(ClientKind kind, Func<LatencyResult, double> figure) => _turns.Ratio(kind, ClientKind.Bare, figure);
}

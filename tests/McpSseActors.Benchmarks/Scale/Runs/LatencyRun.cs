using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Scale.Clients;
using McpSseActors.Benchmarks.Scale.Support;

namespace McpSseActors.Benchmarks.Scale.Runs;

/// <summary>How long an event takes from the server to the handler at an even rate.</summary>
internal sealed class LatencyRun(int rounds, int rate, int seconds) : IScaleRun
{
    /// <summary>So long the code is compiled and laid out anew; it does not count.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(2);

    private readonly Dictionary<ClientKind, List<LatencyResult>> _results = Enum.GetValues<ClientKind>().ToDictionary(kind => kind, _ => new List<LatencyResult>());

    public async Task<Report> RunAsync(ServerProcess server, CancellationToken ending)
    {
        var warmUp = (int)(rate * WarmUp.TotalSeconds);
        var url = server.Address($"/paced?rate={rate}&events={warmUp + (rate * seconds)}").ToString();
        for (var round = 1; round <= rounds; round++)
        {
            foreach (var (kind, results) in _results)
            {
                await using var client = ClientProcess.Start(ClientCommand.Latency, new LatencySettings(url, kind, warmUp, rate * seconds));
                results.Add(await client.HearAsync<LatencyResult>(ending));
                Console.WriteLine($"latency, round {round}: {kind} {results[^1]}");
            }
        }

        return new Report("latency", $"Latency at {rate} events per second", $"""
            From the server's taking of its time, right before it sends an event, to the handler; {seconds} s a run after {WarmUp.TotalSeconds:0} s that do not count, {rounds} rounds in which the clients take turns.
            Microseconds: the median of the rounds, and from the least to the most. The bare loop is `HttpClient` and `SseParser` with strings; x is against it in the same round, again the median.
            """,
            new Sheet(["client", "p50", "p99", "p99.9", "p50 x bare", "p99 x bare", "p99.9 x bare"], [.. _results.Keys.Select(Row)]),
            [.. Targets(ClientKind.Plain), .. Targets(ClientKind.Batch)]);
    }

    private string[] Row(ClientKind kind) =>
    [
        kind.ToString(), Values(kind, r => r.P50).Spread(), Values(kind, r => r.P99).Spread(), Values(kind, r => r.P999).Spread(),
        Target.Times(Ratio(kind, r => r.P50)), Target.Times(Ratio(kind, r => r.P99)), Target.Times(Ratio(kind, r => r.P999)),
    ];

    private Target[] Targets(ClientKind kind) =>
    [
        new($"{kind}: p50, x bare loop", Ratio(kind, r => r.P50), Must: 2, Aim: 1.2, Target.Times),
        new($"{kind}: p99, x bare loop", Ratio(kind, r => r.P99), Must: 3, Aim: 1.5, Target.Times),
    ];

    private double[] Values(ClientKind kind, Func<LatencyResult, double> figure) => [.. _results[kind].Select(figure)];

    private double Ratio(ClientKind kind, Func<LatencyResult, double> figure) =>
        Values(kind, figure).Zip(Values(ClientKind.Bare, figure), (ours, bare) => ours / bare).Median();
}

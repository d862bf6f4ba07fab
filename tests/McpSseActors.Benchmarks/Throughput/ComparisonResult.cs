using McpSseActors.TestSupport.Reporting;
namespace McpSseActors.Benchmarks.Throughput;

/// <summary>What a comparison gave.</summary>
/// <param name="Comparison">The clients.</param>
/// <param name="Rounds">The whole rounds, each with one measurement of each client.</param>
internal sealed record ComparisonResult(Comparison Comparison, IReadOnlyList<IReadOnlyDictionary<IClient, Measurement>> Rounds)
{
    /// <summary>A line for each client; none without a whole round.</summary>
    public IEnumerable<ClientResult> Clients => Rounds.Count == 0 ? [] : Comparison.Clients.Select(Of);

    private ClientResult Of(IClient client)
    {
        var own = Rounds.Select(round => round[client]).ToArray();
        var perSecond = Spread.Of(own.Select(one => one.EventsPerSecond)).Median;
        return new ClientResult(
            client,
            client == Comparison.Baseline,
            Spread.Of(Rounds.Select(round => round[client].EventsPerSecond / round[Comparison.Baseline].EventsPerSecond)),
            perSecond,
            perSecond * Comparison.Corpus.EventSize / 1e6,
            Spread.Of(own.Select(one => one.AllocatedPerEvent)).Median,
            Spread.Of(own.Select(one => one.Cores)).Median,
            Spread.Of(own.Select(one => one.Cores * 1e9 / one.EventsPerSecond)).Median);
    }
}

/// <summary>What one client did in all rounds.</summary>
/// <param name="Client">The client.</param>
/// <param name="IsBaseline">Whether all ratios are to it.</param>
/// <param name="Ratio">How many times as fast as the baseline in the same round.</param>
/// <param name="EventsPerSecond">Events per second, median.</param>
/// <param name="MegabytesPerSecond">The same in MB of event stream.</param>
/// <param name="AllocatedPerEvent">Bytes allocated for each event, median.</param>
/// <param name="Cores">How many cores its process kept busy, median; the server is not in it.</param>
/// <param name="ProcessorPerEvent">The processor time of its process for each event in ns, median.</param>
internal sealed record ClientResult(
    IClient Client, bool IsBaseline, Spread Ratio, double EventsPerSecond, double MegabytesPerSecond, double AllocatedPerEvent, double Cores,
    double ProcessorPerEvent);

using McpSseActors.Benchmarks.Throughput;
using McpSseActors.TestSupport.Reporting;

namespace McpSseActors.Benchmarks.Reporting;

/// <summary>Results as a table.</summary>
internal static class ThroughputTable
{
    public static Sheet ToSheet(this ComparisonResult result) => new(
        $"{result.Comparison.Name}: {result.Comparison.Description}",
        ["client", "× (range)", "events/s", "MB/s", "B/event", "cores", "ns of processor/event"],
        [.. result.Clients.Select(Cells)]);

    private static string[] Cells(ClientResult client) =>
    [
        client.Client.Title,
        client.IsBaseline ? "1" : client.Ratio.Text(Numbers.Hundredths),
        Numbers.Amount(client.EventsPerSecond),
        Numbers.Whole(client.MegabytesPerSecond),
        Numbers.Whole(client.AllocatedPerEvent),
        Numbers.Text(client.Cores),
        Numbers.Whole(client.ProcessorPerEvent),
    ];
}

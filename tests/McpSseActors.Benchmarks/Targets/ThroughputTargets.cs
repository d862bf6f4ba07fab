using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Corpora;
using McpSseActors.Benchmarks.Reporting;
using McpSseActors.Benchmarks.Throughput;
using McpSseActors.Benchmarks.Throughput.Clients;
using McpSseActors.TestSupport.Reporting;

namespace McpSseActors.Benchmarks.Targets;

/// <summary>Events a second from the socket to the handlers, and what is allocated for each.</summary>
internal static class ThroughputTargets
{
    public static async Task<IEnumerable<Target>> MeasureAsync(ServerProcess server, Effort effort, CancellationToken ending)
    {
        var small = await CompareAsync(Catalogue.Small, HandlerActors.Key, BatchHandlers.Key);
        var large = await CompareAsync(Catalogue.Large, BatchHandlers.Key);
        var updates = await CompareAsync(Catalogue.McpUpdates, McpHandlers.BatchKey);
        return
        [
            Speed("small, actors, x bare", small[HandlerActors.Key], must: 1.6, aim: 2.2),
            Speed("small, batches, x bare", small[BatchHandlers.Key], must: 2.5, aim: 3.5),
            Speed("64 KB, batches, x bare", large[BatchHandlers.Key], must: 1.5, aim: 4),
            Speed("MCP updates, batches, x SDK", updates[McpHandlers.BatchKey], must: 5, aim: 10),
            Memory("allocated a small event, actors", small[HandlerActors.Key], must: 200, aim: 160),
            Memory("allocated a small event, batches", small[BatchHandlers.Key], must: 24, aim: 8),
        ];

        async Task<Dictionary<string, ClientResult>> CompareAsync(Corpus corpus, params string[] clients)
        {
            Console.WriteLine($"throughput, {corpus.Name}");
            var comparison = Comparison.All.First(each => each.Corpus == corpus).Only(clients)!;
            var result = await new ComparisonRun(comparison, server, effort.Seconds).RunAsync(effort.Rounds, _ => { }, ending);
            ending.ThrowIfCancellationRequested();
            return result.Clients.ToDictionary(client => client.Client.Name);
        }
    }

    private static Target Speed(string what, ClientResult client, double must, double aim) => new(what, client.Ratio, must, aim, Numbers.Hundredths);

    private static Target Memory(string what, ClientResult client, double must, double aim) =>
        new(what, Spread.Of([client.AllocatedPerEvent]), must, aim, Numbers.Bytes);
}

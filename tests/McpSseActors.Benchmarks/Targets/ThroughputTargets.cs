using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Reporting;
using McpSseActors.Benchmarks.Throughput;
using McpSseActors.Benchmarks.Throughput.Clients;
using McpSseActors.TestSupport.Reporting;

namespace McpSseActors.Benchmarks.Targets;

/// <summary>Events a second from the socket to the handlers, and what is allocated for each.</summary>
internal static class ThroughputTargets
{
    private static readonly string LoggedActors = new HandlerActors(isLogged: true).Name;
    private static readonly string LoggedBatches = new BatchHandlers(isLogged: true).Name;

    public static async Task<IEnumerable<Target>> MeasureAsync(ServerProcess server, Effort effort, CancellationToken ending)
    {
        var small = await CompareAsync("small", HandlerActors.Key, BatchHandlers.Key);
        var one = await CompareAsync("types-1", HandlerActors.Key, DelegateHandler.Key);
        var kilobyte = await CompareAsync("1k", HandlerActors.Key, BatchHandlers.Key);
        var large = await CompareAsync("64k", BatchHandlers.Key);
        var chunks = await CompareAsync("one-per-chunk", HandlerActors.Key, BatchHandlers.Key);
        var types = await CompareAsync("types-1000", HandlerActors.Key);
        var updates = await CompareAsync("mcp", McpHandlers.BatchKey);
        var loggedActors = await CompareAsync("logged-actors", LoggedActors);
        var loggedBatches = await CompareAsync("logged-batch", LoggedBatches);
        return
        [
            Speed("small, actors, x bare", small[HandlerActors.Key], must: 1.9, aim: 2.3),
            Speed("small, batches, x bare", small[BatchHandlers.Key], must: 3, aim: 4),
            Speed("small, one actor, x bare", one[HandlerActors.Key], must: 2.1, aim: 2.5),
            Speed("small, one delegate, x bare", one[DelegateHandler.Key], must: 2.1, aim: 2.5),
            Speed("1 KB, actors, x bare", kilobyte[HandlerActors.Key], must: 1.5, aim: 1.8),
            Speed("1 KB, batches, x bare", kilobyte[BatchHandlers.Key], must: 2.1, aim: 2.4),
            Speed("64 KB, batches, x bare", large[BatchHandlers.Key], must: 1.5, aim: 4),
            Speed("one event a chunk, actors, x bare", chunks[HandlerActors.Key], must: 1.7, aim: 2.1),
            Speed("one event a chunk, batches, x bare", chunks[BatchHandlers.Key], must: 2.3, aim: 3),
            Speed("1,000 types, actors, x bare", types[HandlerActors.Key], must: 0.9, aim: 1.5),
            Speed("MCP updates, batches, x SDK", updates[McpHandlers.BatchKey], must: 6, aim: 10),
            Speed("event logging, actors, x without", loggedActors[LoggedActors], must: 0.75, aim: 0.9),
            Speed("event logging, batches, x without", loggedBatches[LoggedBatches], must: 0.75, aim: 0.9),
            Memory("allocated a small event, actors", small[HandlerActors.Key], must: 200, aim: 160),
            Memory("allocated a small event, batches", small[BatchHandlers.Key], must: 24, aim: 8),
        ];

        async Task<Dictionary<string, ClientResult>> CompareAsync(string name, params string[] clients)
        {
            Console.WriteLine($"throughput, {name}");
            var comparison = ComparisonSets.Find(name).Only(clients)!;
            var result = await new ComparisonRun(comparison, server, effort.Seconds).RunAsync(effort.Rounds, _ => { }, ending);
            ending.ThrowIfCancellationRequested();
            return result.Clients.ToDictionary(client => client.Client.Name);
        }
    }

    private static Target Speed(string what, ClientResult client, double must, double aim) => new(what, client.Ratio, must, aim, Numbers.Hundredths);

    private static Target Memory(string what, ClientResult client, double must, double aim) =>
        new(what, Spread.Of([client.AllocatedPerEvent]), must, aim, Numbers.Bytes);
}

using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Corpora;
using McpSseActors.Benchmarks.Reporting;
using McpSseActors.Benchmarks.Throughput;
using McpSseActors.Benchmarks.Throughput.Clients;

namespace McpSseActors.Benchmarks.Delivery;

/// <summary>What it costs to store positions.</summary>
internal static class DeliveryTargets
{
    private const int SavingTimes = 5;

    /// <summary>Measures the throughput with each store, relative to that without one in the same round.</summary>
    /// <param name="server">The server.</param>
    /// <param name="rounds">How many rounds.</param>
    /// <param name="seconds">How long each client reads in a round.</param>
    /// <param name="ending">Cancelled by Ctrl-C.</param>
    public static async Task<IReadOnlyList<Target>> MeasureThroughputAsync(ServerProcess server, int rounds, double seconds, CancellationToken ending)
    {
        return
        [
            .. await CompareAsync("actors", store => new HandlerActors(store)),
            .. await CompareAsync("batches", store => new BatchHandlers(store)),
        ];

        async Task<IEnumerable<Target>> CompareAsync(string handlers, Func<string?, IClient> client)
        {
            Console.WriteLine($"positions stored, {handlers}");
            var comparison = new Comparison(Catalogue.Small, client(null), [.. BenchmarkStore.Kinds.Select(client)], Comparison.EventsOf(Catalogue.Small));
            var result = await new ComparisonRun(comparison, server, seconds).RunAsync(rounds, _ => { }, ending);
            ending.ThrowIfCancellationRequested();
            result.ToSheet().Print();
            return result.Clients.Skip(1).Zip(BenchmarkStore.Kinds, (one, store) =>
                new Target($"small, {handlers}, {store}, x without a store", one.Ratio, MustOf(store), Aim: 1, Numbers.Hundredths));
        }
    }

    /// <summary>Measures the processor time of saving.</summary>
    /// <param name="rounds">How many rounds.</param>
    /// <param name="seconds">A fifth of the time for which each store saves in a round.</param>
    /// <param name="ending">Cancelled by Ctrl-C.</param>
    public static Task<IReadOnlyList<Target>> MeasureSavingAsync(int rounds, double seconds, CancellationToken ending) =>
        new SavingCost(SavingTimes * seconds, rounds).MeasureAsync(ending);

    private static double MustOf(string store) => store == BenchmarkStore.File ? 0.95 : 0.9;
}

using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Throughput.Clients;

/// <summary>This library with one handler that gets all events a batch at a time.</summary>
/// <param name="store">Where positions are stored; null for nowhere.</param>
internal sealed class BatchHandlers(string? store = null) : IClient
{
    public const string Key = "batch";

    public string Name => store is null ? Key : $"{Key}-{store}";

    public string Title => store is null ? "McpSseActors, batches" : $"batches, positions in {store}";

    public IReadOnlyList<Seen> Expect(Corpus corpus, long events) => [Expected.Bytes(corpus, events)];

    public Task<IReading> PrepareAsync(Corpus corpus, long events)
    {
        var goal = Goal.Whole(events);
        return HostReading.StartAsync(goal, "sse", mcp => mcp.AddHandler(HandlerRegistration.ForActor<HashingBatchHandler>("*", goal.Shares[0])), store);
    }
}

using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Throughput.Clients;

/// <summary>This library with one handler that gets all events a batch at a time.</summary>
internal sealed class BatchHandlers : IClient
{
    public const string Key = "batch";

    public string Name => Key;

    public string Title => "McpSseActors, batches";

    public IReadOnlyList<Seen> Expect(Corpus corpus, long events) => [Expected.Bytes(corpus, events)];

    public Task<IReading> PrepareAsync(Corpus corpus, long events)
    {
        var goal = Goal.Whole(events);
        return HostReading.StartAsync(goal, "sse", mcp => mcp.AddHandler(HandlerRegistration.ForActor<HashingBatchHandler>("*", goal.Shares[0])));
    }
}

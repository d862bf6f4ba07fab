using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Throughput.Clients;

/// <summary>This library with one handler that gets all events a batch at a time.</summary>
/// <param name="store">Where positions are stored; null for nowhere.</param>
/// <param name="isLogged">Whether events are logged.</param>
internal sealed class BatchHandlers(string? store = null, bool isLogged = false) : IClient
{
    public const string Key = "batch";

    public string Name => HostReading.NameOf(Key, store, isLogged);

    public string Title => HostReading.TitleOf("batches", store, isLogged);

    public IReadOnlyList<Seen> Expect(Corpus corpus, long events) => [Expected.Bytes(corpus, events)];

    public Task<IReading> PrepareAsync(Corpus corpus, long events)
    {
        var goal = Goal.Whole(events);
        return HostReading.StartAsync(goal, "sse", mcp => mcp.AddHandler(HandlerRegistration.ForActor<HashingBatchHandler>("*", goal.Shares[0])), store, isLogged);
    }
}

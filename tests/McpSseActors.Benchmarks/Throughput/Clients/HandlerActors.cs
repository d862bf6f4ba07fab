using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Throughput.Clients;

/// <summary>This library with a handler actor for each of the types.</summary>
/// <param name="store">Where positions are stored; null for nowhere.</param>
internal sealed class HandlerActors(string? store = null) : IClient
{
    public const string Key = "actors";

    public string Name => store is null ? Key : $"{Key}-{store}";

    public string Title => store is null ? "McpSseActors, actors" : $"actors, positions in {store}";

    public IReadOnlyList<Seen> Expect(Corpus corpus, long events) => Expected.ByType(corpus, events);

    public Task<IReading> PrepareAsync(Corpus corpus, long events)
    {
        var goal = Goal.ByType(corpus, events);
        return HostReading.StartAsync(goal, "sse", mcp =>
        {
            foreach (var share in goal.Shares)
                mcp.AddHandler(HandlerRegistration.ForActor<HashingHandler>(share.Of, share));
        }, store);
    }
}

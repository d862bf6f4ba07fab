using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Throughput.Clients;

/// <summary>This library with a handler actor for each of the types.</summary>
/// <param name="store">Where positions are stored; null for nowhere.</param>
/// <param name="isLogged">Whether events are logged.</param>
internal sealed class HandlerActors(string? store = null, bool isLogged = false) : IClient
{
    public const string Key = "actors";

    public string Name => HostReading.NameOf(Key, store, isLogged);

    public string Title => HostReading.TitleOf("actors", store, isLogged);

    public IReadOnlyList<Seen> Expect(Corpus corpus, long events) => Expected.ByType(corpus, events);

    public Task<IReading> PrepareAsync(Corpus corpus, long events)
    {
        var goal = Goal.ByType(corpus, events);
        return HostReading.StartAsync(goal, "sse", mcp =>
        {
            foreach (var share in goal.Shares)
                mcp.AddHandler(HandlerRegistration.ForActor<HashingHandler>(share.Of, share));
        }, store, isLogged);
    }
}

using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Throughput.Clients;

/// <summary>This library with one delegate for all events.</summary>
internal sealed class DelegateHandler : IClient
{
    public const string Key = "delegate";

    public string Name => Key;

    public string Title => "McpSseActors, delegate";

    public IReadOnlyList<Seen> Expect(Corpus corpus, long events) => [Expected.Bytes(corpus, events)];

    public Task<IReading> PrepareAsync(Corpus corpus, long events)
    {
        var goal = Goal.Whole(events);
        var hash = new ContentHash();
        return HostReading.StartAsync(goal, "sse", mcp => mcp.AddHandler((McpEvent received) =>
        {
            hash.Add(received.EventType, received.Utf8Data.Span);
            goal.Shares[0].Tell(in hash);
        }));
    }
}

using McpSseActors.Benchmarks.Corpora;
using McpSseActors.Handlers;

namespace McpSseActors.Benchmarks.Throughput.Clients;

/// <summary>This library as a client of MCP, with a handler actor that gets payloads.</summary>
internal sealed class McpHandlers : IClient
{
    private const string Method = "notifications/message";

    public string Name => "mcp";

    public string Title => "McpSseActors, payload handler actor";

    public IReadOnlyList<Seen> Expect(Corpus corpus, long events) => [Expected.LogLines(corpus, events)];

    public Task<IReading> PrepareAsync(Corpus corpus, long events)
    {
        var goal = Goal.Whole(events);
        return HostReading.StartAsync(goal, "streamable-http", mcp => mcp
            .MapPayload(Method, LogLineJson.Default.LogLine)
            .AddHandler(HandlerRegistration.ForActor<HashingPayloadHandler>(Method, goal.Shares[0])));
    }
}

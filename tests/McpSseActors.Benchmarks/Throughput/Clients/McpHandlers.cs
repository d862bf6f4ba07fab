using McpSseActors.Benchmarks.Corpora;
using McpSseActors.Handlers;

namespace McpSseActors.Benchmarks.Throughput.Clients;

/// <summary>What this library is called as a client of MCP.</summary>
internal static class McpHandlers
{
    public const string Key = "mcp";
}

/// <summary>This library as a client of MCP, with a handler actor that gets payloads.</summary>
internal sealed class McpHandlers<T>(Notification<T> notification) : IClient
    where T : notnull
{
    public string Name => McpHandlers.Key;

    public string Title => "McpSseActors, payloads";

    public IReadOnlyList<Seen> Expect(Corpus corpus, long events)
    {
        var hash = new ContentHash();
        foreach (var one in notification.HashesOf(corpus, events))
            hash.Add(one);
        return [hash.ToSeen(Expected.Whole)];
    }

    public Task<IReading> PrepareAsync(Corpus corpus, long events)
    {
        var goal = Goal.Whole(events);
        return HostReading.StartAsync(goal, "streamable-http", mcp =>
        {
            if (!notification.IsKnown)
                mcp.MapPayload(notification.Method, notification.TypeInfo);
            mcp.AddHandler(HandlerRegistration.ForActor<HashingPayloadHandler<T>>(notification.Method, goal.Shares[0], notification.HashOf));
        });
    }
}

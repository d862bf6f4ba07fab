using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Throughput.Clients;

/// <summary>What this library is called as a client of MCP.</summary>
internal static class McpHandlers
{
    public const string Key = "mcp";
    public const string BatchKey = "mcp-batch";
}

/// <summary>This library as a client of MCP, with a handler actor that gets payloads.</summary>
internal sealed class McpHandlers<T>(Notification<T> notification) : McpClientOfOurs<T>(notification)
    where T : notnull
{
    public override string Name => McpHandlers.Key;

    public override string Title => "McpSseActors, payloads";

    protected override HandlerRegistration Handler(string pattern, Goal.Share share, Func<T, ulong> hashOf) =>
        HandlerRegistration.ForActor<HashingPayloadHandler<T>>(pattern, share, hashOf);
}

/// <summary>The same with a handler that gets them a batch at a time.</summary>
internal sealed class McpBatchHandlers<T>(Notification<T> notification) : McpClientOfOurs<T>(notification)
    where T : notnull
{
    public override string Name => McpHandlers.BatchKey;

    public override string Title => "McpSseActors, batches";

    protected override HandlerRegistration Handler(string pattern, Goal.Share share, Func<T, ulong> hashOf) =>
        HandlerRegistration.ForActor<HashingPayloadBatchHandler<T>>(pattern, share, hashOf);
}

/// <summary>This library as a client of MCP: over Streamable HTTP, with one handler.</summary>
internal abstract class McpClientOfOurs<T>(Notification<T> notification) : IClient
    where T : notnull
{
    public abstract string Name { get; }

    public abstract string Title { get; }

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
            mcp.AddHandler(Handler(notification.Method, goal.Shares[0], notification.HashOf));
        });
    }

    /// <summary>The handler, which sees every notification.</summary>
    protected abstract HandlerRegistration Handler(string pattern, Goal.Share share, Func<T, ulong> hashOf);
}

using McpSseActors.Connections;

namespace McpSseActors.Mcp;

/// <summary>Creates the transport of an attempt.</summary>
internal static class McpTransports
{
    /// <summary>Creates the transport of one attempt.</summary>
    public static IEventTransport Create(StreamOptions options, McpState state, McpEras eras) => options.Transport switch
    {
        var plain when plain == StreamTransport.Sse => new SseTransport(options, state.Server),
        var auto when auto == StreamTransport.Auto => new AutoTransport(options, state, eras),
        var events when events == StreamTransport.Events => new EventsTransport(new McpContext(options, state, new McpHttp(options, state.Server))),
        var configured => Create(new McpEra(configured, "it is configured"), new McpContext(options, state, new McpHttp(options, state.Server))),
    };

    /// <summary>Creates a detected or configured transport.</summary>
    public static McpTransport Create(McpEra era, McpContext context) => era.Transport switch
    {
        var old when old == StreamTransport.HttpSse => new HttpSseTransport(context, era.Reason),
        var streamable when streamable == StreamTransport.StreamableHttp => new StreamableHttpTransport(context, era.Reason),
        var modern when modern == StreamTransport.Subscriptions => new SubscriptionsTransport(context, era.Reason, era.Server),
        _ => throw new ArgumentOutOfRangeException(nameof(era), era.Transport, "not a transport of MCP"),
    };
}

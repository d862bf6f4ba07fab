using McpSseActors.Configuration;
using McpSseActors.Connections;

namespace McpSseActors.Mcp;

/// <summary>Creates the transport of an attempt.</summary>
internal static class McpTransports
{
    /// <summary>Creates the transport of one attempt.</summary>
    public static IEventTransport Create(StreamOptions options, McpState state, McpEras eras) => options.Transport switch
    {
        TransportNames.Plain => new SseTransport(options),
        TransportNames.Auto => new AutoTransport(options, state, eras),
        var configured => Create(new McpEra(configured, "it is configured"), new McpContext(options, state, new McpHttp(options))),
    };

    /// <summary>Creates a detected or configured transport.</summary>
    public static McpTransport Create(McpEra era, McpContext context) => era.Transport switch
    {
        TransportNames.HttpSse => new HttpSseTransport(context, era.Reason),
        TransportNames.StreamableHttp => new StreamableHttpTransport(context, era.Reason),
        TransportNames.Subscriptions => new SubscriptionsTransport(context, era.Reason, era.Server),
        _ => throw new ArgumentOutOfRangeException(nameof(era), era.Transport, "not a transport of MCP"),
    };
}

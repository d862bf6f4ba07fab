using McpSseActors.Configuration;
using McpSseActors.Connections;

namespace McpSseActors.Mcp;

/// <summary>The names of the transports, and what stands behind them.</summary>
internal static class McpTransports
{
    public const string Plain = "sse";
    public const string HttpSse = "http-sse";
    public const string StreamableHttp = "streamable-http";
    public const string Subscriptions = "subscriptions";
    public const string Auto = "auto";

    public static readonly string[] All = [Plain, HttpSse, StreamableHttp, Subscriptions, Auto];

    /// <summary>Makes the transport of one attempt.</summary>
    public static IEventTransport Create(StreamOptions options, McpState state, McpEras eras) => options.Transport switch
    {
        Plain => new SseTransport(options),
        Auto => new AutoTransport(options, state, eras),
        var configured => Create(new McpEra(configured, "it is configured"), new McpContext(options, state, new McpHttp(options))),
    };

    /// <summary>Makes the transport of an era.</summary>
    public static McpTransport Create(McpEra era, McpContext context) => era.Transport switch
    {
        HttpSse => new HttpSseTransport(context, era.Reason),
        StreamableHttp => new StreamableHttpTransport(context, era.Reason),
        Subscriptions => new SubscriptionsTransport(context, era.Reason, era.Server),
        _ => throw new ArgumentOutOfRangeException(nameof(era), era.Transport, "not a transport of MCP"),
    };
}

using System.Text.Json.Serialization;

namespace McpSseActors;

/// <summary>How events of an MCP server are fetched.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<McpEventMode>))]
public enum McpEventMode
{
    /// <summary>Pushed if the event type offers it, and otherwise polled, also while the server refuses another stream. Never by webhook.</summary>
    Auto,

    /// <summary>The server sends them on one long response (<c>events/stream</c>).</summary>
    Push,

    /// <summary>The client asks for them again and again (<c>events/poll</c>).</summary>
    Poll,

    /// <summary>The server posts them to <see cref="McpEventSubscription.WebhookUrl"/> (<c>events/subscribe</c>).</summary>
    Webhook,
}

/// <summary>The version of MCP Events that a server speaks: servers declare it in different places, and use different error codes.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<McpEventDialect>))]
public enum McpEventDialect
{
    /// <summary>Found by what the server declares.</summary>
    Auto,

    /// <summary>The extension <c>io.modelcontextprotocol/events</c> (SEP-3415).</summary>
    Sep,

    /// <summary>The design before it: the capability <c>events</c>.</summary>
    Sketch,
}

/// <summary>
/// What a stream with the transport <see cref="StreamTransport.Events"/> subscribes to: events of one type, with one set of arguments. The
/// table <c>event</c> of a server in TOML.
/// </summary>
public sealed record McpEventSubscription
{
    /// <summary>Gets the name of the event type: <c>incident.created</c>. Required with the transport <c>events</c>.</summary>
    /// <value>Default: empty.</value>
    public string Name { get; init; } = "";

    /// <summary>
    /// Gets the arguments, a JSON object; sent the same each time. With other arguments, it is another subscription, which starts with new events.
    /// </summary>
    /// <value>Default: <c>{}</c>.</value>
    public string Arguments { get; init; } = "{}";

    /// <summary>Gets how events are fetched.</summary>
    /// <value>Default: <see cref="McpEventMode.Auto"/>.</value>
    public McpEventMode Mode { get; init; }

    /// <summary>
    /// Gets the address under which the server reaches the web server of this host: <c>https://example.com/hooks/mcp</c>. A segment for
    /// each subscription is appended. <c>https</c>, or <c>http</c> on the loopback interface. Required with <see cref="McpEventMode.Webhook"/>.
    /// </summary>
    /// <value>Default: empty.</value>
    public string WebhookUrl { get; init; } = "";

    /// <summary>Gets how old events may be that are sent after an interruption. Sent with each request that opens the stream or polls.</summary>
    /// <value>Default: zero, no limit.</value>
    public TimeSpan MaxAge { get; init; }

    /// <summary>
    /// Gets whether the data of each event is checked against the server's schema. Data that doesn't fit is counted and logged; the event is delivered all the same.
    /// </summary>
    /// <value>Default: <see langword="false"/>.</value>
    public bool CheckPayloads { get; init; }

    /// <summary>Gets the version of MCP Events to speak.</summary>
    /// <value>Default: <see cref="McpEventDialect.Auto"/>.</value>
    public McpEventDialect Dialect { get; init; }
}

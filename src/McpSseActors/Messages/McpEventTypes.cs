using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpSseActors;

/// <summary>
/// Asks the server of a stream for the types of events that it offers (MCP Events, <c>events/list</c>), whether the stream is connected or not.
/// Reply: <see cref="McpEventTypes"/> when the server has answered. The reply is a failure, <see cref="InvalidOperationException"/> with the reason, if
/// the stream is a plain event stream, the server can't be reached or doesn't declare events.
/// </summary>
/// <param name="Stream">The stream's name; null selects the only stream.</param>
public sealed record GetEventTypes(string? Stream = null) : IStreamRequest;

/// <summary>The types of events that an MCP server offers.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Types">The types, in the order of the server. Malformed ones are left out, and the log names them.</param>
/// <param name="Dialect">What the server declares.</param>
public sealed record McpEventTypes(string Stream, ImmutableArray<McpEventType> Types, McpEventDialect Dialect) : IMcpSseMessage;

/// <summary>How a server delivers the events of a type.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<McpEventDelivery>))]
public enum McpEventDelivery
{
    /// <summary>It sends them on a response.</summary>
    Push,

    /// <summary>The client asks for them.</summary>
    Poll,

    /// <summary>It posts them to a URL of the client; a stream doesn't use it.</summary>
    Webhook,
}

/// <summary>A type of events that an MCP server offers. Its texts and schemas are the server's words: don't trust them.</summary>
public sealed record McpEventType
{
    /// <summary>Gets its name.</summary>
    public required string Name { get; init; }

    /// <summary>Gets what the server says about it; null if it says nothing.</summary>
    public string? Description { get; init; }

    /// <summary>Gets how the server delivers its events; at least one.</summary>
    public ImmutableArray<McpEventDelivery> Delivery { get; init; } = [];

    /// <summary>Gets the JSON schema of the arguments; null if there is none.</summary>
    public JsonElement? InputSchema { get; init; }

    /// <summary>Gets the JSON schema of the events' data; null if there is none.</summary>
    public JsonElement? PayloadSchema { get; init; }
}

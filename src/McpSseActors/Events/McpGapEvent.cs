using System.Text.Json.Serialization;

namespace McpSseActors;

/// <summary>Why events of an MCP subscription may be missing.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<McpGapReason>))]
public enum McpGapReason
{
    /// <summary>The server goes on later than where the stream was: events were too old, or no longer kept.</summary>
    Truncated,

    /// <summary>The server doesn't keep events of this type, and the connection was lost.</summary>
    NoReplay,

    /// <summary>The server refused the stored position, and the stream goes on with new events.</summary>
    CursorRefused,
}

/// <summary>
/// The data of an event of type <c>mcp.gap</c>. The client creates it when events of a subscription may be missing (transport <c>events</c>). It
/// comes before the first event after the gap. A server may report a gap without need.
/// </summary>
/// <param name="Reason">Why events may be missing.</param>
/// <param name="Since">When the last event or sign of life before the gap came, UTC; null if unknown.</param>
public sealed record McpGapEvent(McpGapReason Reason, DateTimeOffset? Since)
{
    /// <summary>The event type.</summary>
    public const string Type = "mcp.gap";
}

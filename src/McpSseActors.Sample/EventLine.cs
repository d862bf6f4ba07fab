using System.Text.Json;

namespace McpSseActors.Sample;

/// <summary>An event as <c>/recent</c> shows it.</summary>
public sealed record EventLine(string Stream, string Type, string? Id, DateTimeOffset Timestamp, JsonElement Data)
{
    public static EventLine Of(McpEvent received) => new(received.Stream, received.EventType, received.EventId, received.Timestamp, received.Data);
}

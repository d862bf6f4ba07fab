using System.Text.Json;
using System.Text.Json.Nodes;
using McpSseActors.Sse;
using ModelContextProtocol;
using ModelContextProtocol.Protocol;
using McpSession = McpSseActors.Mcp.McpSession;

namespace McpSseActors.Actors.Positions;

/// <summary>Writes a position as the text that a store keeps, and reads it.</summary>
internal static class PositionText
{
    /// <summary>Writes a position.</summary>
    /// <param name="position">The position.</param>
    /// <param name="source">The stream that it belongs to.</param>
    /// <param name="ahead">The events after it that were dispatched.</param>
    public static string Write(StreamPosition position, string source, long ahead)
    {
        var text = new JsonObject { ["of"] = source, ["id"] = position.LastEventId };
        if (position.ReconnectionTime is { } retry)
            text["retry"] = retry.TotalMilliseconds;
        if (ahead > 0)
            text["ahead"] = ahead;
        if (position.Session is McpSession session)
            text["session"] = new JsonObject
            {
                ["url"] = session.Url.ToString(),
                ["id"] = session.Id,
                ["version"] = session.Version,
                ["capabilities"] = JsonSerializer.SerializeToNode(session.Capabilities, McpJsonUtilities.DefaultOptions),
            };
        return text.ToJsonString();
    }

    /// <summary>Reads a position.</summary>
    /// <returns>The position, the stream it belongs to, and the events after it that were dispatched; null if it is not one.</returns>
    public static (StreamPosition Position, string Source, long Ahead)? Read(string text)
    {
        try
        {
            var parsed = JsonNode.Parse(text)!;
            var retry = parsed["retry"] is { } ms ? TimeSpan.FromMilliseconds(ms.GetValue<double>()) : (TimeSpan?)null;
            return (new StreamPosition(parsed["id"]!.GetValue<string>(), retry, Session(parsed["session"])), parsed["of"]!.GetValue<string>(), parsed["ahead"]?.GetValue<long>() ?? 0);
        }
        catch (Exception fault) when (fault is JsonException or InvalidOperationException or NullReferenceException or UriFormatException or FormatException or OverflowException)
        {
            return null;
        }
    }

    private static McpSession? Session(JsonNode? session) => session is null
        ? null
        : new McpSession(
            new Uri(session["url"]!.GetValue<string>()),
            session["id"]?.GetValue<string>(),
            session["version"]!.GetValue<string>(),
            session["capabilities"].Deserialize<ServerCapabilities>(McpJsonUtilities.DefaultOptions) ?? new ServerCapabilities());
}

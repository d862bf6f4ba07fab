using System.Diagnostics;
using System.Text.Json;
using McpSseActors.Events;

namespace McpSseActors.Telemetry;

/// <summary>Finds the W3C trace context that a server put into an event: <c>traceparent</c> and <c>tracestate</c> in <c>_meta</c> or <c>params._meta</c>.</summary>
internal static class TraceContext
{
    private const int LongestState = 512;

    /// <summary>The context; the default where the event has none, or none that is right.</summary>
    public static ActivityContext Of(McpEvent received)
    {
        if (received.Utf8Data.Span.IndexOf("\"traceparent\""u8) < 0 || Meta(received.Data) is not { } meta)
            return default;
        var state = Text(meta, "tracestate") is { Length: <= LongestState } given ? given : null;
        return ActivityContext.TryParse(Text(meta, "traceparent"), state, isRemote: true, out var context) ? context : default;
    }

    private static JsonElement? Meta(JsonElement data) =>
        Property(data, "_meta") ?? (Property(data, "params") is { } parameters ? Property(parameters, "_meta") : null);

    private static JsonElement? Property(JsonElement element, string name) =>
        element.ValueKind is JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    private static string? Text(JsonElement meta, string name)
    {
        if (Property(meta, name) is not { ValueKind: JsonValueKind.String } value)
            return null;
        try
        {
            return value.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair, written as an escape, is JSON but no text.
            return null;
        }
    }
}

using System.Diagnostics;
using System.Text.Json;

namespace McpSseActors.Telemetry;

/// <summary>
/// Reads the W3C trace context that a server adds to an event: <c>traceparent</c> and <c>tracestate</c> in <c>_meta</c>
/// or <c>params._meta</c>.
/// </summary>
internal static class TraceContext
{
    private const int LongestState = 512;

    /// <summary>Gets the context; the default if the event has none, or an invalid one.</summary>
    public static ActivityContext Of(McpEvent received)
    {
        if (received.Origin.Occurrence?.Trace is { } trace)
            return Parse(trace.Split(' ', 2));
        if (received.Utf8Data.Span.IndexOf("\"traceparent\""u8) < 0)
            return default;
        var data = received.Data;
        return In(data) ?? (Property(data, "params") is { } parameters ? In(parameters) : null) ?? default;
    }

    private static ActivityContext? In(JsonElement element) =>
        Property(element, "_meta") is { } meta && ActivityContext.TryParse(Text(meta, "traceparent"), State(meta), isRemote: true, out var context) ? context : null;

    private static ActivityContext Parse(string[] trace) =>
        ActivityContext.TryParse(trace[0], trace.Length > 1 ? Valid(trace[1]) : null, isRemote: true, out var context) ? context : default;

    private static string? State(JsonElement meta) => Valid(Text(meta, "tracestate"));

    // Requests of a handler pass it on, so it must be valid in a header.
    private static string? Valid(string? state) => state is { Length: <= LongestState } && state.All(c => c is >= ' ' and <= '~') ? state : null;

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
            // An escaped lone surrogate is valid JSON, but not valid text.
            return null;
        }
    }
}

using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace McpSseActors.Events;

/// <summary>Says that the payloads of a type or pattern are of a .NET type, and decodes them.</summary>
internal sealed class PayloadMapping
{
    private const int LongestPath = 200;

    private readonly Func<McpEvent, McpEvent?> _decode;

    private PayloadMapping(string pattern, Type payloadType, Func<McpEvent, McpEvent?> decode)
    {
        Pattern = EventPattern.Parse(pattern);
        PayloadType = payloadType;
        _decode = decode;
    }

    public EventPattern Pattern { get; }

    public Type PayloadType { get; }

    public static PayloadMapping Of<T>(string pattern, JsonSerializerOptions? options)
        where T : notnull
    {
        options ??= JsonSerializerOptions.Web;
        return new(pattern, typeof(T), received => Typed(received, JsonSerializer.Deserialize<T>(received.Utf8Data.Span, options)));
    }

    public static PayloadMapping Of<T>(string pattern, JsonTypeInfo<T> typeInfo)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        return new(pattern, typeof(T), received => Typed(received, JsonSerializer.Deserialize(received.Utf8Data.Span, typeInfo)));
    }

    /// <summary>Gives the event with its payload, or why it has none: never the data, that may be private.</summary>
    public (McpEvent? Typed, string Reason) Decode(McpEvent received)
    {
        try
        {
            return (_decode(received), "it is null");
        }
        catch (JsonException fault)
        {
            return (null, $"it does not fit at {Place(fault)}");
        }
        catch (Exception fault)
        {
            return (null, $"{fault.GetType().Name} was thrown");
        }
    }

    private static McpEvent<T>? Typed<T>(McpEvent received, T? payload)
        where T : notnull => payload is null ? null : new McpEvent<T>(received, payload);

    private static string Place(JsonException fault)
    {
        var path = fault.Path ?? "$";
        if (path.Length > LongestPath)
            path = path[..LongestPath] + "…";
        return $"{string.Concat(path.Select(c => char.IsControl(c) ? '?' : c))} (line {fault.LineNumber + 1 ?? 1}, byte {fault.BytePositionInLine ?? 0})";
    }
}

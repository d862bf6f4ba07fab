using System.Text.Json;
using System.Text.Json.Serialization.Metadata;

namespace McpSseActors.Events;

/// <summary>Reads a payload. Gives null for JSON that is null, and throws for what does not fit.</summary>
internal delegate T? PayloadReader<T>(ReadOnlySpan<byte> utf8Data);

/// <summary>Maps the payloads of a type or pattern to a .NET type, and reads them.</summary>
internal abstract class PayloadMapping(string pattern, Type payloadType)
{
    private const int LongestPath = 200;

    public EventPattern Pattern { get; } = EventPattern.Parse(pattern);

    public Type PayloadType => payloadType;

    public static PayloadMapping Of<T>(string pattern, JsonSerializerOptions? options)
        where T : notnull
    {
        options ??= JsonSerializerOptions.Web;
        return Of<T>(pattern, utf8Data => JsonSerializer.Deserialize<T>(utf8Data, options));
    }

    public static PayloadMapping Of<T>(string pattern, JsonTypeInfo<T> typeInfo)
        where T : notnull
    {
        ArgumentNullException.ThrowIfNull(typeInfo);
        return Of<T>(pattern, utf8Data => JsonSerializer.Deserialize(utf8Data, typeInfo));
    }

    public static PayloadMapping Of<T>(string pattern, PayloadReader<T> read)
        where T : notnull => new Typed<T>(pattern, read);

    /// <summary>Reads a payload, or says why it does not fit: never the data, that may be private.</summary>
    /// <param name="utf8Data">The data of the event.</param>
    /// <param name="reason">The reason why the payload is missing.</param>
    public Payload? Read(ReadOnlySpan<byte> utf8Data, out string reason)
    {
        reason = "it is null";
        try
        {
            return Read(utf8Data);
        }
        catch (JsonException fault)
        {
            reason = $"it does not fit at {Place(fault)}";
        }
        catch (Exception fault)
        {
            reason = $"{fault.GetType().Name} was thrown";
        }

        return null;
    }

    protected abstract Payload? Read(ReadOnlySpan<byte> utf8Data);

    private static string Place(JsonException fault)
    {
        var path = fault.Path ?? "$";
        if (path.Length > LongestPath)
            path = path[..LongestPath] + "…";
        return $"{string.Concat(path.Select(c => char.IsControl(c) ? '?' : c))} (line {fault.LineNumber + 1 ?? 1}, byte {fault.BytePositionInLine ?? 0})";
    }

    private sealed class Typed<T>(string pattern, PayloadReader<T> read) : PayloadMapping(pattern, typeof(T))
        where T : notnull
    {
        protected override Payload? Read(ReadOnlySpan<byte> utf8Data) => read(utf8Data) is { } payload ? new Payload<T>(payload) : null;
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;

namespace McpSseActors.TestServer.Events;

/// <summary>What the servers write as JSON.</summary>
internal static class Json
{
    public static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>A text, or null.</summary>
    public static string Of(string? text) => JsonSerializer.Serialize(text, Readable);

    /// <summary>A member that is there and not null; null otherwise.</summary>
    public static JsonElement? Member(this JsonElement parent, string name) =>
        parent.ValueKind is JsonValueKind.Object && parent.TryGetProperty(name, out var value) && value.ValueKind is not JsonValueKind.Null ? value : null;

    /// <summary>A member that is text; null otherwise.</summary>
    public static string? Text(this JsonElement parent, string name) => parent.Member(name) is { ValueKind: JsonValueKind.String } text ? text.GetString() : null;

    /// <summary>A member that is a whole number; null otherwise.</summary>
    public static long? Number(this JsonElement parent, string name) => parent.Member(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt64(out var value) ? value : null;
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpSseActors.DeadLetters;

[JsonSerializable(typeof(DeadLetterRecord))]
internal sealed partial class DeadLetterJson : JsonSerializerContext
{
    private static readonly DeadLetterJson Lines = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });

    public static string Write(DeadLetterRecord record) => JsonSerializer.Serialize(record, Lines.DeadLetterRecord);

    /// <returns>The record; null if it is none.</returns>
    public static DeadLetterRecord? TryRead(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, Lines.DeadLetterRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>What a file or a database holds: a letter, or, in a file, that one was removed.</summary>
/// <param name="Letter">The letter; null for none.</param>
/// <param name="Removed">The ID of the letter that was removed; null for none.</param>
internal sealed record DeadLetterRecord(StoredDeadLetter? Letter, string? Removed = null);

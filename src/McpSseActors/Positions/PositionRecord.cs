using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpSseActors.Positions;

/// <summary>One line of a file of positions.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Token">The token of its owner.</param>
/// <param name="Value">The position; null for none.</param>
/// <param name="SavedAt">When it was saved; null for none.</param>
internal sealed record PositionRecord(string Stream, long Token, string? Value, DateTimeOffset? SavedAt)
{
    [JsonIgnore]
    public StoredPosition? Position => Value is not null && SavedAt is { } at ? new StoredPosition(Value, at) : null;

    public string ToJson() => JsonSerializer.Serialize(this, PositionJson.Lines.PositionRecord);

    /// <returns>The record; null if it is none.</returns>
    public static PositionRecord? TryParse(string json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, PositionJson.Lines.PositionRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

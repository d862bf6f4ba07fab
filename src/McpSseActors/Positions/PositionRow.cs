using System.Text.Json;
using System.Text.Json.Serialization;
using McpSseActors.Storage;

namespace McpSseActors.Positions;

/// <summary>A row of the table of positions that is saved with others.</summary>
internal readonly record struct PositionRow(
    [property: JsonPropertyName("stream")] string Stream,
    [property: JsonPropertyName("token")] long Token,
    [property: JsonPropertyName("position")] string Position,
    [property: JsonPropertyName("saved_at")] string SavedAt)
{
    /// <summary>Writes rows as one JSON array.</summary>
    public static string ToJson(IEnumerable<PositionUpdate> updates) => JsonSerializer.Serialize(
        updates.Select(update => new PositionRow(update.Stream, update.Token, update.Position.Value, Sql.Text(update.Position.SavedAt))),
        PositionJson.Lines.IEnumerablePositionRow);
}

using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpSseActors.Positions;

/// <summary>One line of a file of positions: a checksum, a space, and JSON.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Token">The token of its owner.</param>
/// <param name="Value">The position; null for none.</param>
/// <param name="SavedAt">When it was saved; null for none.</param>
internal sealed record PositionRecord(string Stream, long Token, string? Value, DateTimeOffset? SavedAt)
{
    /// <summary>The first line of the file.</summary>
    public const string Header = "mcp-sse positions 1";

    /// <summary>How a line begins that names the process that opened the file.</summary>
    public const string ProcessMark = "# ";

    [JsonIgnore]
    public StoredPosition? Position => Value is not null && SavedAt is { } at ? new StoredPosition(Value, at) : null;

    public string ToLine()
    {
        var json = JsonSerializer.Serialize(this, PositionJson.Lines.PositionRecord);
        return $"{Checksum(json)} {json}\n";
    }

    /// <returns>The record; null if the line is damaged.</returns>
    public static PositionRecord? TryParse(string line)
    {
        var space = line.IndexOf(' ');
        if (space < 0 || line[..space] != Checksum(line[(space + 1)..]))
            return null;
        try
        {
            return JsonSerializer.Deserialize(line.AsSpan(space + 1), PositionJson.Lines.PositionRecord);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Checksum(string json) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(json)).ToString("x16", CultureInfo.InvariantCulture);
}

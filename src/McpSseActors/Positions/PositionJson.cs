using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpSseActors.Positions;

[JsonSerializable(typeof(PositionRecord))]
[JsonSerializable(typeof(IEnumerable<PositionRow>))]
internal sealed partial class PositionJson : JsonSerializerContext
{
    /// <summary>Escapes no more than a line of text needs.</summary>
    public static PositionJson Lines { get; } = new(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.CamelCase,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}

using System.Text.Json.Serialization;

namespace McpSseActors.Positions;

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(PositionRecord))]
internal sealed partial class PositionJson : JsonSerializerContext;

using System.Text.Json.Serialization;

namespace McpSseActors.Events;

/// <summary>How the library's own payloads are written and read.</summary>
[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(McpGapEvent))]
[JsonSerializable(typeof(McpLogEvent))]
[JsonSerializable(typeof(McpResyncEvent))]
[JsonSerializable(typeof(McpTaskEvent))]
internal sealed partial class McpEventJson : JsonSerializerContext;

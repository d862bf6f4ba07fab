using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpSseActors.Dashboard.Api;

/// <summary>How the API writes and reads JSON: camelCase, enumerations by name, no null. A property that is not known is a fault in a request.</summary>
internal static class ApiJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        MaxDepth = McpEvent.MaxDataDepth * 2,
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        // It is never part of a page, and quotation marks are frequent in data.
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter() },
    };
}

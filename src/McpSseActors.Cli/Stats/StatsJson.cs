using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace McpSseActors.Cli.Stats;

/// <summary>The JSON of a stats endpoint, written and read by the same rules: camelCase, states by name.</summary>
internal static class StatsJson
{
    public static readonly JsonSerializerOptions Options = new(JsonSerializerDefaults.Web)
    {
        MaxDepth = McpEvent.MaxDataDepth * 2,
        Converters = { new JsonStringEnumConverter() },
        RespectNullableAnnotations = true,
    };
}

/// <summary>An event as <c>/recent</c> shows it.</summary>
/// <param name="Stream">The stream that it came by.</param>
/// <param name="Type">Its type.</param>
/// <param name="Id">Its ID, if it has one.</param>
/// <param name="Timestamp">When it was received, UTC.</param>
/// <param name="Data">Its data; text that is not JSON is <c>{"message": "the text"}</c>.</param>
internal sealed record RecentEvent(
    [property: JsonRequired] string Stream, [property: JsonRequired] string Type, string? Id, DateTimeOffset Timestamp,
    [property: JsonRequired] JsonElement Data)
{
    public static RecentEvent Of(McpEvent received) => new(received.Stream, received.EventType, received.EventId, received.Timestamp, received.Data);

    /// <summary>Returns the event.</summary>
    public McpEvent ToEvent() => new(Stream, Type, Encoding.UTF8.GetBytes(Data.GetRawText()), Timestamp, Id);
}

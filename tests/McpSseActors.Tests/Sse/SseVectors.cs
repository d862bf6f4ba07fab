using System.Text.Json.Serialization;

namespace McpSseActors.Tests.Sse;

/// <summary>
/// The cases of sse-vectors.json. A text there is a string, or a list of pieces: strings, <c>{ "text", "times" }</c> for a
/// long run, <c>{ "hex" }</c> for bytes that are no UTF-8.
/// </summary>
public static class SseVectors
{
    private static JsonSerializerOptions Options { get; } = new(JsonSerializerDefaults.Web)
    {
        UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow,
        Converters = { new JsonStringEnumConverter(), new BytesConverter(), new TextConverter() },
    };

    public static IReadOnlyList<SseVector> All { get; } = Load();

    public static SseVector Named(string name) => All.Single(vector => vector.Name == name);

    private static SseVector[] Load()
    {
        using var file = typeof(SseVectors).Assembly.GetManifestResourceStream("sse-vectors.json")!;
        return JsonSerializer.Deserialize<SseVector[]>(file, Options)!;
    }

    private sealed class BytesConverter : JsonConverter<byte[]>
    {
        public override byte[] Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Bytes(JsonElement.ParseValue(ref reader));

        public override void Write(Utf8JsonWriter writer, byte[] value, JsonSerializerOptions options) =>
            throw new NotSupportedException();

        public static byte[] Bytes(JsonElement element) => element.ValueKind switch
        {
            JsonValueKind.String => Encoding.UTF8.GetBytes(element.GetString()!),
            JsonValueKind.Array => [.. element.EnumerateArray().SelectMany(Bytes)],
            _ when element.TryGetProperty("hex", out var hex) => Convert.FromHexString(hex.GetString()!),
            _ => [.. Enumerable.Repeat(Bytes(element.GetProperty("text")), element.GetProperty("times").GetInt32()).SelectMany(run => run)],
        };
    }

    private sealed class TextConverter : JsonConverter<string>
    {
        public override string Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            Encoding.UTF8.GetString(BytesConverter.Bytes(JsonElement.ParseValue(ref reader)));

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            throw new NotSupportedException();
    }
}

/// <summary>A case: what the server answers to one request after the other, and what must come of it.</summary>
public sealed record SseVector(string Name, string Note, IReadOnlyList<SseVectorConnection> Connections)
{
    public override string ToString() => Name;
}

/// <summary>One request and its answer.</summary>
public sealed record SseVectorConnection
{
    public int Status { get; init; } = 200;

    public string ContentType { get; init; } = "text/event-stream";

    public string? Location { get; init; }

    /// <summary>The Last-Event-ID header that the request must carry; null: it must carry none.</summary>
    public string? RequestLastEventId { get; init; }

    /// <summary>The milliseconds between the end of the previous connection and this request; null: not laid down.</summary>
    public int? DelayBefore { get; init; }

    public required byte[] Body { get; init; }

    public required IReadOnlyList<SseVectorEvent> Events { get; init; }

    public SseVectorState StateAfter { get; init; }

    public long? RetryAfter { get; init; }

    public string LastEventIdAfter { get; init; } = "";

    /// <summary>Whether the answer is an event stream at all; the body of any other is nobody's concern.</summary>
    public bool IsEventStream => Status == 200 && ContentType.Split(';')[0] == "text/event-stream";
}

public sealed record SseVectorEvent
{
    public string Type { get; init; } = "message";

    public required string Data { get; init; }

    public string LastEventId { get; init; } = "";
}

/// <summary>What a browser does after the answer.</summary>
public enum SseVectorState
{
    /// <summary>The connection ended, the next one follows.</summary>
    Reconnecting,

    /// <summary>The connection ended for good.</summary>
    Closed,

    /// <summary>The case is over: the client closes.</summary>
    ClosedByClient,

    /// <summary>The connection goes on.</summary>
    Open,

    /// <summary>The request goes to another place.</summary>
    Redirected,

    /// <summary>The case is about the body alone.</summary>
    BodyEnded,
}

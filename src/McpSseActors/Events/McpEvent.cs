using System.Diagnostics;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using McpSseActors.Messages;

namespace McpSseActors.Events;

/// <summary>
/// One event of a stream. It owns its bytes, so it may be kept for as long as one likes, and it is safe to read from any thread.
/// Text and JSON are made when first asked for. Where its type has a payload type, it is an <see cref="McpEvent{T}"/>.
/// </summary>
public class McpEvent : IMcpSseMessage
{
    /// <summary>The type of a comment line: a colon, with which it begins (WHATWG HTML, 9.2.6).</summary>
    public const string CommentType = ":";

    private readonly ReadOnlyMemory<byte> _data;
    private string? _text;
    private object? _json;

    /// <summary>Makes an event from its parts; what a stream delivers is made by the parser.</summary>
    /// <param name="stream">The name of the stream that the event came by.</param>
    /// <param name="eventType">The event's type.</param>
    /// <param name="utf8Data">The data, valid UTF-8; the event keeps the memory, so it must not change any more.</param>
    /// <param name="timestamp">When it was received, UTC.</param>
    /// <param name="eventId">The event's own ID, if it has one.</param>
    /// <param name="retry">The reconnection time that came with it, if any.</param>
    /// <param name="isComment">Whether it is a comment line, and no event of the server's.</param>
    [JsonConstructor]
    public McpEvent(
        string stream, string eventType, ReadOnlyMemory<byte> utf8Data, DateTimeOffset timestamp, string? eventId = null, TimeSpan? retry = null, bool isComment = false)
    {
        Stream = stream;
        EventType = eventType;
        _data = utf8Data;
        Timestamp = timestamp;
        EventId = eventId;
        Retry = retry;
        IsComment = isComment;
    }

    private protected McpEvent(McpEvent other)
        : this(other.Stream, other.EventType, other._data, other.Timestamp, other.EventId, other.Retry, other.IsComment) =>
        AttemptLinks = other.AttemptLinks;

    /// <summary>The name of the stream that the event came by.</summary>
    public string Stream { get; }

    /// <summary>The event's type; <c>message</c> where the server gave none (WHATWG HTML, 9.2.6).</summary>
    public string EventType { get; }

    /// <summary>When the event was received, UTC.</summary>
    public DateTimeOffset Timestamp { get; }

    /// <summary>The ID that the event itself carries; null where it has none.</summary>
    public string? EventId { get; }

    /// <summary>The reconnection time that came with the event; null where none did.</summary>
    public TimeSpan? Retry { get; }

    /// <summary>
    /// Whether it is a comment line, delivered because of <c>deliver_comments</c>: its type is <see cref="CommentType"/>, its data is what
    /// stands behind the colon. It is in order with the events, but no statistics and no recent events count it as one.
    /// </summary>
    public bool IsComment { get; }

    /// <summary>The data as UTF-8, unchanged but for invalid sequences, which are U+FFFD.</summary>
    public ReadOnlyMemory<byte> Utf8Data => _data;

    /// <summary>The data as text.</summary>
    [JsonIgnore]
    public string Text => _text ??= Encoding.UTF8.GetString(_data.Span);

    /// <summary>The data as JSON; data that is not JSON is <c>{"message": "the text"}</c>.</summary>
    [JsonIgnore]
    public JsonElement Data => (JsonElement)(_json ??= ParseJson());

    /// <summary>What links the handling to the span of the attempt that brought the event; stays in the process.</summary>
    internal ActivityLink[]? AttemptLinks { get; init; }

    /// <summary>The type, the ID and the size, never the data: that may be private.</summary>
    public sealed override string ToString() => $"{EventType} (stream {Stream}, id {EventId ?? "-"}, {_data.Length} bytes)";

    /// <summary>What it holds in data, type and ID, in bytes.</summary>
    internal int Size => _data.Length + (sizeof(char) * (EventType.Length + (EventId?.Length ?? 0)));

    /// <summary>Tells type and data apart from those of another event, within this process.</summary>
    internal int GetContentHash()
    {
        var hash = new HashCode();
        hash.Add(EventType, StringComparer.Ordinal);
        hash.AddBytes(_data.Span);
        return hash.ToHashCode();
    }

    private JsonElement ParseJson()
    {
        try
        {
            return JsonElement.Parse(_data.Span);
        }
        catch (JsonException)
        {
            return JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["message"] = Text });
        }
    }
}

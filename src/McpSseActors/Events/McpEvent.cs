using System.Diagnostics;
using System.Globalization;
using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using McpSseActors.Events;

namespace McpSseActors;

/// <summary>
/// An event of a stream. It owns its bytes, so you can keep it, and read it from any thread.
/// ID, text and JSON are created on first use. If its type is mapped to a payload, it is an <see cref="McpEvent{T}"/>.
/// </summary>
public class McpEvent : IMcpSseMessage
{
    /// <summary>The type of a comment line: a colon, with which it begins (WHATWG HTML, 9.2.6).</summary>
    public const string CommentType = ":";

    /// <summary>
    /// The most levels of nesting that <see cref="Data"/> has; deeper data is text. To write an object that contains it, allow
    /// <see cref="JsonSerializerOptions.MaxDepth"/> a few levels more, or the serializer throws.
    /// </summary>
    public const int MaxDataDepth = 64;

    private readonly EventOrigin _origin;
    private readonly byte[] _bytes; // The data, followed by the last event ID, unless its origin has that.
    private readonly bool _hasId;
    private readonly int _dataLength;
    private Views? _views;

    /// <summary>Creates an event from its parts, for tests; the library creates those that a stream delivers.</summary>
    /// <param name="stream">The name of the stream that the event came by.</param>
    /// <param name="eventType">The event's type.</param>
    /// <param name="utf8Data">The data, valid UTF-8; it is copied.</param>
    /// <param name="timestamp">When it was received, UTC.</param>
    /// <param name="eventId">The event's own ID; null or empty if it has none.</param>
    /// <param name="retry">The reconnection time that came with it, if any.</param>
    /// <param name="isComment">Whether it is a comment line instead of an event.</param>
    /// <param name="lastEventId">The last event ID as of the event, or the cursor after it; null takes <paramref name="eventId"/>.</param>
    /// <param name="redelivered">Whether it is or may be a repeat of an event delivered before.</param>
    /// <param name="occurredAt">When it happened, as the server of an MCP subscription wrote it; null if unknown.</param>
    [JsonConstructor]
    public McpEvent(
        string stream, string eventType, ReadOnlyMemory<byte> utf8Data, DateTimeOffset timestamp, string? eventId = null, TimeSpan? retry = null, bool isComment = false,
        string? lastEventId = null, bool redelivered = false, string? occurredAt = null)
        : this(
            new EventOrigin(stream, timestamp, AttemptLinks: null, new RareParts(retry, isComment, Occurrence: OccurrenceOf(eventId, lastEventId, occurredAt))),
            eventType, utf8Data.Span, Encoding.UTF8.GetBytes(lastEventId ?? eventId ?? ""), !string.IsNullOrEmpty(eventId)) =>
        Redelivered = redelivered;

    internal McpEvent(EventOrigin origin, string eventType, ReadOnlySpan<byte> utf8Data, ReadOnlySpan<byte> utf8LastId, bool hasId)
    {
        _hasId = hasId;
        _origin = origin;
        EventType = eventType;
        _dataLength = utf8Data.Length;
        if (origin.LongId is not null)
            utf8LastId = default;
        _bytes = GC.AllocateUninitializedArray<byte>(utf8Data.Length + utf8LastId.Length);
        utf8Data.CopyTo(_bytes);
        utf8LastId.CopyTo(_bytes.AsSpan(_dataLength));
    }

    /// <summary>Takes the bytes over: the data, followed by the last event ID.</summary>
    internal McpEvent(EventOrigin origin, string eventType, byte[] bytes, int dataLength, bool hasId)
    {
        (_origin, EventType, _bytes, _dataLength, _hasId) = (origin, eventType, bytes, dataLength, hasId);
    }

    private protected McpEvent(McpEvent other)
    {
        _origin = other._origin;
        EventType = other.EventType;
        _bytes = other._bytes;
        _dataLength = other._dataLength;
        _hasId = other._hasId;
        Redelivered = other.Redelivered;
        IsRepeat = other.IsRepeat;
    }

    /// <summary>Gets the name of the stream that the event came by.</summary>
    public string Stream => _origin.Stream;

    /// <summary>Gets the event's type; <c>message</c> if the server gave none (WHATWG HTML, 9.2.6).</summary>
    public string EventType { get; }

    /// <summary>Gets when the event was received, UTC.</summary>
    public DateTimeOffset Timestamp => _origin.Timestamp;

    /// <summary>Gets the ID that the event itself carries; null if it has none.</summary>
    public string? EventId => Utf8Id.IsEmpty ? null : _origin.Occurrence is { } occurrence ? Encoding.UTF8.GetString(occurrence.Id) : LastEventId;

    /// <summary>Gets when it happened, as the server wrote it (ISO 8601); null unless it is an event of an MCP subscription.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? OccurredAt => _origin.Occurrence?.Time;

    /// <summary>
    /// Gets the last event ID as of the event (WHATWG HTML, 9.2.6): its own ID, or the one that an earlier event set; empty if there is none, or the
    /// event reset it. A client that resumes after the event sends this ID. Empty for a comment line. For an event of an MCP subscription, it is the
    /// cursor after the event.
    /// </summary>
    public string LastEventId => Utf8LastId.IsEmpty ? "" : Made.LastEventId ??= Encoding.UTF8.GetString(Utf8LastId);

    /// <summary>Gets the reconnection time that came with the event; null if none did.</summary>
    public TimeSpan? Retry => _origin.Retry;

    /// <summary>
    /// Gets whether it is a comment line, delivered because of <c>deliver_comments</c>: its type is <see cref="CommentType"/>, its data is what
    /// follows the colon. It arrives in order with the events, but neither statistics nor recent events count it.
    /// </summary>
    public bool IsComment => _origin.IsComment;

    /// <summary>
    /// Gets whether the event is, or may be, a repeat of one delivered before, so that a handler can check whether it
    /// has handled it. <see langword="false"/> by default; <c>duplicates = mark</c> delivers repeats with it.
    /// </summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool Redelivered { get; internal set; }

    /// <summary>
    /// Gets the position of the event, for a handler that saves it in a transaction. A repeat of an event that this process has delivered, and a
    /// comment line, leave the stored position where it is.
    /// </summary>
    /// <exception cref="InvalidOperationException">
    /// The host does not use <c>InTransactionsOf</c>, or the event was made by a test or came from another process.
    /// </exception>
    [JsonIgnore]
    public EventPosition Position => EventPosition.Of(_origin, IsRepeat || IsComment ? null : LastEventId);

    /// <summary>Gets the data as UTF-8, unchanged but for invalid sequences, which are U+FFFD.</summary>
    public ReadOnlyMemory<byte> Utf8Data => _bytes.AsMemory(0, _dataLength);

    /// <summary>Gets the data as text.</summary>
    [JsonIgnore]
    public string Text => Made.Text ??= Encoding.UTF8.GetString(Utf8Data.Span);

    /// <summary>Gets the data as JSON; data that is not JSON, has more than <see cref="MaxDataDepth"/> levels, or escapes half a character, is <c>{"message": "the text"}</c>.</summary>
    [JsonIgnore]
    public JsonElement Data => (JsonElement)(Made.Json ??= ParseJson());

    /// <summary>The event's own ID; empty where it has none.</summary>
    internal ReadOnlySpan<byte> Utf8Id => _origin.Occurrence is { } occurrence ? occurrence.Id : _hasId ? Utf8LastId : default;

    internal ReadOnlySpan<byte> Utf8LastId => _origin.LongId ?? _bytes.AsSpan(_dataLength);

    internal EventOrigin Origin => _origin;

    /// <summary>Whether this process has dispatched the event before.</summary>
    internal bool IsRepeat { get; set; }

    /// <summary>What links the handling to the span of the attempt that brought the event; stays in the process.</summary>
    internal ActivityLink[]? AttemptLinks => _origin.AttemptLinks;

    /// <summary>What it holds in data, type and ID, in bytes.</summary>
    internal int Size => _bytes.Length + (sizeof(char) * EventType.Length) + (_hasId ? _origin.LongId?.Length ?? 0 : 0) + (_origin.Occurrence?.Id.Length ?? 0);

    private Views Made => _views ??= new Views();

    /// <summary>A hash of the ID, the type and the data: the same in every process.</summary>
    internal string Identity
    {
        get
        {
            var hash = new XxHash3();
            hash.Append(_origin.Occurrence is null ? Utf8LastId : Utf8Id);
            hash.Append(Encoding.UTF8.GetBytes(EventType));
            hash.Append(Utf8Data.Span);
            return hash.GetCurrentHashAsUInt64().ToString("x16", CultureInfo.InvariantCulture);
        }
    }

    /// <summary>The same event, marked as one that was delivered before.</summary>
    internal McpEvent Again()
    {
        var again = (McpEvent)MemberwiseClone();
        again.Redelivered = true;
        return again;
    }

    /// <summary>The type, the ID and the size, never the data: that may be private.</summary>
    public sealed override string ToString() => $"{EventType} (stream {Stream}, id {EventId ?? "-"}, {_dataLength} bytes)";

    // The ID of any other event is the last event ID as of it.
    private static Occurrence? OccurrenceOf(string? eventId, string? lastEventId, string? occurredAt) =>
        !string.IsNullOrEmpty(eventId) && (occurredAt is not null || (lastEventId is not null && lastEventId != eventId))
            ? new Occurrence(Encoding.UTF8.GetBytes(eventId), occurredAt)
            : null;

    private JsonElement ParseJson()
    {
        try
        {
            var json = JsonElement.Parse(Utf8Data.Span, new JsonDocumentOptions { MaxDepth = MaxDataDepth });
            if (Utf8Data.Span.IndexOf("\\ud"u8) >= 0 || Utf8Data.Span.IndexOf("\\uD"u8) >= 0)
                ReadStrings();
            return json;
        }
        // Half a surrogate pair is excluded: reading or writing the element would fail.
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            return JsonSerializer.SerializeToElement(new Dictionary<string, string> { ["message"] = Text });
        }
    }

    private void ReadStrings()
    {
        var json = new Utf8JsonReader(Utf8Data.Span);
        while (json.Read())
        {
            if (json.ValueIsEscaped)
                json.GetString();
        }
    }

    // Apart from the event, so that one that is only counted or passed on stays small. Two threads may both make one: they are the same.
    private sealed class Views
    {
        public string? LastEventId { get; set; }

        public string? Text { get; set; }

        public object? Json { get; set; }
    }
}

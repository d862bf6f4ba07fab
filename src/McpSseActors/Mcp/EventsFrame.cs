using System.Text.Json;

namespace McpSseActors.Mcp;

/// <summary>
/// The members of a notification about a subscription, or of an event in the answer to a poll, that are known; the others are ignored. Spans are
/// valid as long as the JSON is; text is unescaped.
/// </summary>
internal ref struct EventsFrame
{
    private static readonly JsonReaderOptions Deep = new() { MaxDepth = 1000 };

    /// <summary>The ID of the subscription, as JSON; empty without one.</summary>
    public ReadOnlySpan<byte> Subscription;

    /// <summary>Of what a server posts to a webhook besides events: what it is.</summary>
    public ReadOnlySpan<byte> Type;

    public ReadOnlySpan<byte> Name;

    /// <summary>The ID of the event.</summary>
    public ReadOnlySpan<byte> Id;

    public ReadOnlySpan<byte> Time;

    /// <summary>The cursor; empty if there is none.</summary>
    public ReadOnlySpan<byte> Cursor;

    /// <summary>The data, as JSON; empty unless it is an object.</summary>
    public ReadOnlySpan<byte> Data;

    /// <summary>The error, as JSON; empty without one.</summary>
    public ReadOnlySpan<byte> Error;

    public ReadOnlySpan<byte> TraceParent;

    public ReadOnlySpan<byte> TraceState;

    /// <summary>Whether the server goes on later than at the cursor that it was given.</summary>
    public bool IsTruncated;

    /// <summary>Whether it has all that an event needs.</summary>
    public readonly bool IsEvent => !Id.IsEmpty && !Name.IsEmpty && !Time.IsEmpty && !Data.IsEmpty;

    /// <exception cref="JsonException">It is not a JSON object.</exception>
    /// <exception cref="InvalidOperationException">It contains half a character.</exception>
    public static EventsFrame Read(ReadOnlySpan<byte> json)
    {
        var frame = new EventsFrame();
        var reader = new Utf8JsonReader(json, Deep);
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
            throw new JsonException();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("eventId"u8))
                frame.Id = Text(ref reader);
            else if (reader.ValueTextEquals("name"u8))
                frame.Name = Text(ref reader);
            else if (reader.ValueTextEquals("type"u8))
                frame.Type = Text(ref reader);
            else if (reader.ValueTextEquals("timestamp"u8))
                frame.Time = Text(ref reader);
            else if (reader.ValueTextEquals("cursor"u8))
                frame.Cursor = Text(ref reader);
            else if (reader.ValueTextEquals("data"u8))
                frame.Data = Object(ref reader, json);
            else if (reader.ValueTextEquals("error"u8))
                frame.Error = Object(ref reader, json);
            else if (reader.ValueTextEquals("truncated"u8))
                frame.IsTruncated = reader.Read() && reader.TokenType is JsonTokenType.True;
            else if (reader.ValueTextEquals("_meta"u8))
                frame.ReadMeta(Object(ref reader, json));
            else
                reader.Skip();
            // A value of another type than expected.
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                reader.Skip();
        }

        return frame;
    }

    private void ReadMeta(ReadOnlySpan<byte> meta)
    {
        if (meta.IsEmpty)
            return;
        var reader = new Utf8JsonReader(meta, Deep);
        reader.Read();
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            if (reader.ValueTextEquals("traceparent"u8))
                TraceParent = Text(ref reader);
            else if (reader.ValueTextEquals("tracestate"u8))
                TraceState = Text(ref reader);
            else if (reader.ValueTextEquals("io.modelcontextprotocol/subscriptionId"u8))
                Subscription = Value(ref reader, meta);
            else
                reader.Skip();
            if (reader.TokenType is JsonTokenType.StartObject or JsonTokenType.StartArray)
                reader.Skip();
        }
    }

    private static ReadOnlySpan<byte> Value(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        reader.Read();
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }

    private static ReadOnlySpan<byte> Text(scoped ref Utf8JsonReader reader)
    {
        if (!reader.Read() || reader.TokenType is not JsonTokenType.String)
            return default;
        if (!reader.ValueIsEscaped)
            return reader.ValueSpan;
        var unescaped = new byte[reader.ValueSpan.Length];
        return unescaped.AsSpan(0, reader.CopyString(unescaped));
    }

    private static ReadOnlySpan<byte> Object(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
            return default;
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }
}

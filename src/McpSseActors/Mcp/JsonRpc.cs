using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpSseActors.Sse;

namespace McpSseActors.Mcp;

/// <summary>Receives the messages of a JSON-RPC 2.0 text.</summary>
internal interface IJsonRpcSink
{
    /// <summary>
    /// A notification. Spans are valid during the call; <paramref name="parameters"/> is empty if there are none.
    /// </summary>
    void OnNotification(ReadOnlySpan<byte> method, ReadOnlySpan<byte> parameters);

    /// <summary>A request; <paramref name="id"/> is JSON, sent back unchanged.</summary>
    void OnRequest(ReadOnlySpan<byte> method, ReadOnlySpan<byte> id);

    /// <summary>An answer: one of <paramref name="result"/> and <paramref name="error"/> is empty.</summary>
    void OnResponse(ReadOnlySpan<byte> id, ReadOnlySpan<byte> result, ReadOnlySpan<byte> error);

    /// <summary>None of these.</summary>
    void OnMalformed();
}

/// <summary>Reads and writes JSON-RPC 2.0.</summary>
internal static class JsonRpc
{
    /// <summary>Below it, every whole number is exact as a floating-point number.</summary>
    private const double LargestExact = 9007199254740992;

    private const int MostLevels = 1000;

    private static readonly JsonReaderOptions Deep = new() { MaxDepth = MostLevels };

    /// <summary>Reads a message, or a batch of them (MCP 2025-03-26).</summary>
    public static void Read(ReadOnlySpan<byte> json, IJsonRpcSink sink)
    {
        while (json.TrimStart(" \t\r\n"u8) is var trimmed && trimmed.StartsWith("\uFEFF"u8))
            json = trimmed["\uFEFF"u8.Length..];
        try
        {
            if (json.TrimStart(" \t\r\n"u8) is [(byte)'[', ..])
                ReadBatch(json, sink);
            else if (!TryReadUsual(json, sink))
                ReadOne(json, sink);
        }
        // A lone surrogate is invalid text, which throws InvalidOperationException.
        catch (Exception fault) when (fault is JsonException or InvalidOperationException)
        {
            sink.OnMalformed();
        }
    }

    /// <summary>Gets a part of a message that was read, as deep as it is.</summary>
    public static JsonElement Parse(ReadOnlySpan<byte> json) => JsonElement.Parse(json, new JsonDocumentOptions { MaxDepth = MostLevels });

    /// <summary>
    /// Replaces line ends, which are only whitespace in JSON, by spaces: the data of an event stays on one line.
    /// </summary>
    public static ReadOnlySpan<byte> OnOneLine(ReadOnlySpan<byte> json)
    {
        if (!json.ContainsAny(SseLineEnds.CarriageReturn, SseLineEnds.LineFeed))
            return json;
        var line = json.ToArray();
        line.Replace(SseLineEnds.CarriageReturn, (byte)' ');
        line.Replace(SseLineEnds.LineFeed, (byte)' ');
        return line;
    }

    /// <summary>
    /// Reads the ID of an answer by its value: servers answer 1 also as 1.0 or as "1". Returns false for an ID that is
    /// none of this client's.
    /// </summary>
    public static bool TryReadId(ReadOnlySpan<byte> json, out long id)
    {
        if (json.Contains((byte)'\\'))
            json = Encoding.UTF8.GetBytes($"\"{McpProtocol.Text(Parse(json))}\"");
        if (json is [(byte)'"', .. var text, (byte)'"'])
            json = text;
        if (long.TryParse(json, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out id))
            return true;
        var isWhole = double.TryParse(json, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            && Math.Abs(number) < LargestExact && Math.Truncate(number) == number;
        id = isWhole ? (long)number : 0;
        return isWhole;
    }

    public static byte[] Request(long id, string method, JsonObject? parameters) =>
        Write(new JsonObject { ["jsonrpc"] = "2.0", ["id"] = id, ["method"] = method }, parameters);

    public static byte[] Notification(string method) => Write(new JsonObject { ["jsonrpc"] = "2.0", ["method"] = method }, null);

    /// <summary>Creates the answer to a request of the server: only pings are supported.</summary>
    public static byte[] Reply(ReadOnlySpan<byte> method, ReadOnlySpan<byte> id) => method.SequenceEqual("ping"u8) ? Result(id) : Refusal(id);

    public static byte[] Result(ReadOnlySpan<byte> id) => [.. "{\"jsonrpc\":\"2.0\",\"id\":"u8, .. id, .. ",\"result\":{}}"u8];

    public static byte[] Refusal(ReadOnlySpan<byte> id) =>
        [.. "{\"jsonrpc\":\"2.0\",\"id\":"u8, .. id, .. ",\"error\":{\"code\":-32601,\"message\":\"Method not found\"}}"u8];

    private static byte[] Write(JsonObject message, JsonObject? parameters)
    {
        if (parameters is not null)
            message["params"] = parameters;
        return Encoding.UTF8.GetBytes(message.ToJsonString());
    }

    /// <summary>
    /// Reads a notification in the form that nearly all servers send, because they use the same few libraries, without
    /// reading each token. Returns false for any other form.
    /// </summary>
    private static bool TryReadUsual(ReadOnlySpan<byte> json, IJsonRpcSink sink)
    {
        var isVersionFirst = json.StartsWith("{\"jsonrpc\":\"2.0\","u8);
        var rest = isVersionFirst ? json["{\"jsonrpc\":\"2.0\","u8.Length..] : json.StartsWith((byte)'{') ? json[1..] : default;
        var end = isVersionFirst ? "}"u8 : ",\"jsonrpc\":\"2.0\"}"u8;
        if (!rest.StartsWith("\"method\":\""u8) || !rest.EndsWith(end))
            return false;
        rest = rest["\"method\":\""u8.Length..^end.Length];
        var method = rest[..Math.Max(rest.IndexOfAny((byte)'"', (byte)'\\'), 0)];
        rest = rest[method.Length..];
        if (method.IsEmpty || method.ContainsAnyInRange((byte)0, (byte)0x1F) || !rest.StartsWith("\",\"params\":"u8))
            return false;
        var parameters = rest["\",\"params\":"u8.Length..];
        if (!UsualJson.IsValue(parameters))
            return false;
        sink.OnNotification(method, WithoutNull(parameters));
        return true;
    }

    private static void ReadBatch(ReadOnlySpan<byte> json, IJsonRpcSink sink)
    {
        var reader = new Utf8JsonReader(json, Deep);
        reader.Read();
        while (reader.Read() && reader.TokenType is not JsonTokenType.EndArray)
            ReadOne(TakeValue(ref reader, json), sink);
    }

    private static void ReadOne(ReadOnlySpan<byte> json, IJsonRpcSink sink)
    {
        var reader = new Utf8JsonReader(json, Deep);
        if (!reader.Read() || reader.TokenType is not JsonTokenType.StartObject)
        {
            sink.OnMalformed();
            return;
        }

        ReadOnlySpan<byte> method = default, id = default, parameters = default, result = default, error = default;
        var hasVersion = false;
        var isEmpty = true;
        while (reader.Read() && reader.TokenType is JsonTokenType.PropertyName)
        {
            isEmpty = false;
            var name = TakeText(ref reader);
            if (name.SequenceEqual("jsonrpc"u8))
                hasVersion = reader.Read() && reader.TokenType is JsonTokenType.String && reader.ValueTextEquals("2.0"u8);
            else if (name.SequenceEqual("method"u8))
                method = ReadText(ref reader);
            else if (name.SequenceEqual("params"u8))
                parameters = WithoutNull(ReadValue(ref reader, json));
            else if (name.SequenceEqual("id"u8))
                id = ReadValue(ref reader, json);
            else if (name.SequenceEqual("result"u8))
                result = ReadValue(ref reader, json);
            else if (name.SequenceEqual("error"u8))
                error = WithoutNull(ReadValue(ref reader, json));
            else
                reader.Skip();
        }

        // The rest must be valid JSON, or the message was cut off.
        while (reader.Read())
        {
        }

        // Some servers send an empty object with an ID that only moves the cursor.
        if (isEmpty)
            return;
        if (id.IsEmpty && error.Length > 0)
            id = "null"u8;
        var isAnswer = id.Length > 0 && (result.Length > 0 || error.Length > 0);
        if (!hasVersion || (method.IsEmpty && !isAnswer))
            sink.OnMalformed();
        else if (method.IsEmpty)
            sink.OnResponse(id, error.IsEmpty ? result : default, error);
        else if (id.IsEmpty || IsNull(id))
            sink.OnNotification(method, parameters);
        else
            sink.OnRequest(method, id);
    }

    // Some libraries write the members that they do not use as null.
    private static bool IsNull(ReadOnlySpan<byte> json) => json.SequenceEqual("null"u8);

    private static ReadOnlySpan<byte> WithoutNull(ReadOnlySpan<byte> json) => IsNull(json) ? default : json;

    private static ReadOnlySpan<byte> ReadText(scoped ref Utf8JsonReader reader) => reader.Read()
        ? reader.TokenType switch
        {
            JsonTokenType.String => TakeText(ref reader),
            JsonTokenType.Null => default,
            _ => throw new JsonException(),
        }
        : throw new JsonException();

    private static ReadOnlySpan<byte> TakeText(scoped ref Utf8JsonReader reader)
    {
        if (!reader.ValueIsEscaped)
            return reader.ValueSpan;
        var unescaped = new byte[reader.ValueSpan.Length];
        return unescaped.AsSpan(0, reader.CopyString(unescaped));
    }

    private static ReadOnlySpan<byte> ReadValue(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        if (!reader.Read())
            throw new JsonException();
        return TakeValue(ref reader, json);
    }

    private static ReadOnlySpan<byte> TakeValue(scoped ref Utf8JsonReader reader, ReadOnlySpan<byte> json)
    {
        var start = (int)reader.TokenStartIndex;
        reader.Skip();
        return json[start..(int)reader.BytesConsumed];
    }
}

using System.Text.Json;

namespace McpSseActors.TestServer.Recording;

/// <summary>
/// The lines of a recording, each a JSON object. The first is the header; then <c>t</c> is the time in milliseconds from its beginning, and <c>c</c> the
/// number of the connection:
/// <code>
/// {"mcp_sse_recording":1,"url":"http://127.0.0.1:8080/events","transport":"sse","started":"2026-02-03T10:15:00.000+00:00"}
/// {"t":12,"c":1,"open":"HTTP/1.1 200","headers":{"Content-Type":"text/event-stream"},"last_event_id":"41"}
/// {"t":15,"c":1,"data":"id: 42\ndata: hello\n\n"}      a read, as it came
/// {"t":19,"c":1,"base64":"ZGF0YTog4A=="}               the same, if it is not UTF-8 by itself
/// {"t":95,"c":1,"end":"lost","reason":"…"}             ended, lost, or closed (by us)
/// {"t":96,"state":"BackingOff","reason":"…"}           for people; not played
/// </code>
/// </summary>
public static class RecordingLine
{
    /// <summary>The version of the format.</summary>
    public const int Version = 1;

    private const string AnEntry = "a line reads {\"t\":12,\"c\":1,\"data\":\"...\"}, with open, data, base64, end or state";

    /// <summary>Reads the first line.</summary>
    /// <exception cref="FormatException">The line is not a header; the message says what would be.</exception>
    public static RecordingHeader ReadHeader(ReadOnlySpan<byte> line)
    {
        var header = Parse(line);
        if (header?.ValueKind is not JsonValueKind.Object || !header.Value.TryGetProperty("mcp_sse_recording", out var version))
            throw new FormatException("not a recording: its first line should begin with {\"mcp_sse_recording\":1; make one with 'mcp-sse record URL --output FILE'");
        if (version.ValueKind is not JsonValueKind.Number || !version.TryGetInt32(out var number) || number != Version)
            throw new FormatException($"it has version {version.GetRawText()} of the format, and only {Version} is known here; play it with the mcp-sse that made it");
        return new RecordingHeader(Text(header.Value, "url"), Text(header.Value, "transport"), Time(header.Value));
    }

    /// <summary>Reads any other line; null for one that is not played.</summary>
    /// <exception cref="FormatException">The line is not an entry; the message says what is expected.</exception>
    public static RecordingEntry? Read(ReadOnlySpan<byte> line)
    {
        if (Parse(line) is not { ValueKind: JsonValueKind.Object } entry)
            throw new FormatException($"not a JSON object; {AnEntry}");
        if (entry.TryGetProperty("state", out _))
            return null;
        if (!entry.TryGetProperty("t", out var t) || t.ValueKind is not JsonValueKind.Number || !t.TryGetInt64(out var milliseconds) || milliseconds is < 0 or > int.MaxValue)
            throw new FormatException($"\"t\" is missing, or no number of milliseconds; {AnEntry}");
        if (!entry.TryGetProperty("c", out var c) || c.ValueKind is not JsonValueKind.Number || !c.TryGetInt32(out var connection) || connection < 1)
            throw new FormatException($"\"c\" is missing, or no number of a connection; {AnEntry}");
        return Read(entry, TimeSpan.FromMilliseconds(milliseconds), connection);
    }

    private static RecordingEntry Read(JsonElement entry, TimeSpan at, int connection)
    {
        if (entry.TryGetProperty("open", out _))
            return new RecordingEntry.Open(at, connection);
        if (entry.TryGetProperty("data", out var data) && data.ValueKind is JsonValueKind.String)
            return new RecordingEntry.Data(at, connection, System.Text.Encoding.UTF8.GetBytes(data.GetString()!));
        if (entry.TryGetProperty("base64", out var bytes) && bytes.ValueKind is JsonValueKind.String)
            return bytes.TryGetBytesFromBase64(out var decoded)
                ? new RecordingEntry.Data(at, connection, decoded)
                : throw new FormatException("\"base64\" is not base64; write the bytes as RFC 4648 has it");
        if (entry.TryGetProperty("end", out var end))
        {
            return Enum.TryParse<RecordedEnd>(end.ToString(), ignoreCase: true, out var how) && Enum.IsDefined(how)
                ? new RecordingEntry.End(at, connection, how)
                : throw new FormatException("\"end\" is not known; write ended, lost or closed");
        }

        throw new FormatException($"it says nothing that is known; {AnEntry}");
    }

    private static JsonElement? Parse(ReadOnlySpan<byte> line)
    {
        try
        {
            return JsonElement.Parse(line);
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Text(JsonElement header, string name) => header.TryGetProperty(name, out var value) ? value.ToString() : "";

    private static DateTimeOffset Time(JsonElement header) =>
        header.TryGetProperty("started", out var started) && started.ValueKind is JsonValueKind.String && started.TryGetDateTimeOffset(out var time)
            ? time
            : default;
}

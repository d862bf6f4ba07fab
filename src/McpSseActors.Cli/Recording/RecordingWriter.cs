using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using McpSseActors.Cli.Output;
using McpSseActors.Diagnostics;
using McpSseActors.TestServer.Recording;

namespace McpSseActors.Cli.Recording;

/// <summary>Writes a recording. Of the server's headers only those that say how it streams are kept, so that no secret gets in.</summary>
internal sealed class RecordingWriter
{
    private static readonly string[] KeptHeaders =
        ["Content-Type", "Content-Encoding", "Transfer-Encoding", "Cache-Control", "Connection", "Keep-Alive",
            "Server", "Via", "X-Accel-Buffering", "X-Powered-By"];

    private static readonly JsonSerializerOptions Json = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly TextWriter _file;
    private readonly StreamOptions _stream;
    private readonly SecretRedactor _redactor;
    private readonly TimeProvider _time;
    private readonly long _start;
    private int _connections;
    private long _bytes;

    /// <summary>Begins a recording with its header.</summary>
    /// <param name="file">Where its lines go; safe to call from any thread.</param>
    /// <param name="stream">What is recorded.</param>
    /// <param name="time">The clock.</param>
    public RecordingWriter(TextWriter file, StreamOptions stream, TimeProvider time)
    {
        _file = file;
        _stream = stream;
        _redactor = new SecretRedactor(stream);
        _time = time;
        _start = time.GetTimestamp();
        Write(new { mcp_sse_recording = RecordingLine.Version, url = SecretRedactor.RedactUrl(stream.ServerUrl), transport = $"{stream.Transport}", started = time.GetUtcNow() });
    }

    /// <summary>How many connections were recorded.</summary>
    public int Connections => Volatile.Read(ref _connections);

    /// <summary>How many bytes were recorded.</summary>
    public long Bytes => Interlocked.Read(ref _bytes);

    private long Now => (long)_time.GetElapsedTime(_start).TotalMilliseconds;

    /// <summary>The body of an answer, which is recorded while it is read.</summary>
    public Stream Tee(HttpResponseMessage response, Stream body)
    {
        var number = Interlocked.Increment(ref _connections);
        var line = new Dictionary<string, object>
        {
            ["t"] = Now,
            ["c"] = number,
            ["open"] = string.Create(CultureInfo.InvariantCulture, $"HTTP/{response.Version} {(int)response.StatusCode}"),
            ["headers"] = Kept(response, DiagnosisPort.RedactorOf(_stream, response)),
        };
        if (response.RequestMessage?.Headers.TryGetValues("Last-Event-ID", out var ids) is true)
            line["last_event_id"] = string.Concat(ids);
        Write(line);
        return new RecordedStream(body, this, number);
    }

    /// <summary>A state change, which may give the reason for a missing connection.</summary>
    public void State(StreamStateChanged change) => Write(new { t = Now, state = change.NewState.ToString(), reason = _redactor.Redact(change.Reason) });

    public void Data(int connection, ReadOnlySpan<byte> bytes)
    {
        Interlocked.Add(ref _bytes, bytes.Length);
        if (System.Text.Unicode.Utf8.IsValid(bytes))
            Write(new { t = Now, c = connection, data = System.Text.Encoding.UTF8.GetString(bytes) });
        else
            Write(new { t = Now, c = connection, base64 = Convert.ToBase64String(bytes) });
    }

    public void End(int connection, RecordedEnd how, string reason = "")
    {
        var end = how.ToString().ToLowerInvariant();
        if (reason.Length > 0)
            Write(new { t = Now, c = connection, end, reason = _redactor.Redact(reason) });
        else
            Write(new { t = Now, c = connection, end });
    }

    private static Dictionary<string, string> Kept(HttpResponseMessage response, SecretRedactor redactor) => response.Headers.NonValidated
        .Concat(response.Content.Headers.NonValidated)
        .Where(header => KeptHeaders.Contains(header.Key, StringComparer.OrdinalIgnoreCase))
        .ToDictionary(header => header.Key, header => redactor.Redact(header.Value.ToString()));

    private void Write<T>(T line) => _file.WriteLine(Lines.Json(JsonSerializer.Serialize(line, Json)));
}

using System.Globalization;
using System.Net.Sockets;
using System.Text;
using McpSseActors.Soak.Support;

namespace McpSseActors.Soak.Server;

/// <summary>One connection, byte for byte: its request, how far the client is, and ways to answer it and to break it.</summary>
internal sealed class Exchange(Socket socket, SoakEvents events, Rng random, CancellationToken stopped)
{
    private const int LongestHead = 16 * 1024;

    private bool _isChunked;

    public Rng Random => random;

    public CancellationToken Stopped => stopped;

    /// <summary>The path of the request; empty if there was none.</summary>
    public string Path { get; private set; } = "";

    /// <summary>The number of the last event that the client has.</summary>
    public long Position { get; set; }

    public async Task ReadRequestAsync()
    {
        var head = new byte[LongestHead];
        var length = 0;
        while (!head.AsSpan(0, length).EndsWith("\r\n\r\n"u8) && length < head.Length)
        {
            var read = await socket.ReceiveAsync(head.AsMemory(length), stopped);
            if (read == 0)
                return;
            length += read;
        }

        const string IdHeader = "Last-Event-ID: ";
        var lines = Encoding.UTF8.GetString(head, 0, length).Split("\r\n");
        Path = lines[0].Split(' ').ElementAtOrDefault(1) ?? "";
        if (lines.FirstOrDefault(l => l.StartsWith(IdHeader, StringComparison.OrdinalIgnoreCase)) is { } id)
            Position = long.Parse(id[IdHeader.Length..], CultureInfo.InvariantCulture);
    }

    /// <summary>The head of an event stream, either chunked or ended by the connection's end.</summary>
    public Task OpenAsync(bool chunked)
    {
        _isChunked = chunked;
        return WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n{(chunked ? "Transfer-Encoding: chunked" : "Connection: close")}\r\n\r\n");
    }

    public Task AnswerAsync(string status, string headers = "") =>
        WriteAsync($"HTTP/1.1 {status}\r\n{headers}Content-Length: 0\r\nConnection: close\r\n\r\n");

    /// <summary>The next events, up to that number.</summary>
    public async Task SendEventsAsync(long upTo)
    {
        var text = new StringBuilder();
        for (var number = Position + 1; number <= upTo; number++)
            text.Append(events.WireOf(number));
        await SendAsync(text.ToString());
        Position = upTo;
    }

    /// <summary>The bytes of the next event; sending them does not count it as sent.</summary>
    public byte[] NextEvent() => Encoding.UTF8.GetBytes(events.WireOf(Position + 1));

    /// <summary>A part of the event stream.</summary>
    public Task SendAsync(string text) => SendAsync(Encoding.UTF8.GetBytes(text));

    public Task SendAsync(ReadOnlyMemory<byte> bytes) => WriteAsync(_isChunked
        ? (byte[])[.. Encoding.ASCII.GetBytes($"{bytes.Length:x}\r\n"), .. bytes.Span, .. "\r\n"u8]
        : bytes);

    /// <summary>Bytes as they are.</summary>
    public Task WriteAsync(string text) => WriteAsync(Encoding.UTF8.GetBytes(text));

    public async Task WriteAsync(ReadOnlyMemory<byte> bytes)
    {
        while (!bytes.IsEmpty)
            bytes = bytes[await socket.SendAsync(bytes, stopped)..];
    }

    /// <summary>Ends the stream as a well-behaved server does.</summary>
    public Task EndAsync() => _isChunked ? WriteAsync("0\r\n\r\n") : Task.CompletedTask;

    /// <summary>Ends the connection with a reset.</summary>
    public void Reset() => socket.LingerState = new LingerOption(true, 0);

    /// <summary>Says nothing until the client has had enough.</summary>
    public async Task UntilClientLeavesAsync()
    {
        var nothing = new byte[64];
        while (await socket.ReceiveAsync(nothing, stopped) > 0)
        {
        }
    }
}

using System.Buffers.Text;
using System.Text;

namespace McpSseActors.Benchmarks.Server;

/// <summary>What the server says in HTTP/1.1.</summary>
internal static class Http
{
    /// <summary>The length of the size in front of a chunk, with leading zeros, and its line end.</summary>
    public const int ChunkHead = 8;

    /// <summary>The length of the line end after a chunk.</summary>
    public const int ChunkTail = 2;

    /// <summary>The head of an event stream in chunked coding.</summary>
    public static byte[] StreamHead { get; } =
        [.. "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-cache\r\nTransfer-Encoding: chunked\r\n\r\n"u8];

    /// <summary>The end of a body in chunked coding.</summary>
    public static byte[] LastChunk { get; } = [.. "0\r\n\r\n"u8];

    /// <summary>A whole answer.</summary>
    /// <param name="status">The status and its words.</param>
    /// <param name="json">The body, JSON; empty for none.</param>
    /// <param name="headers">More header lines, each with its line end.</param>
    public static byte[] Answer(string status, string json = "", string headers = "") => Encoding.UTF8.GetBytes(
        $"HTTP/1.1 {status}\r\n{(json.Length > 0 ? "Content-Type: application/json\r\n" : "")}{headers}Content-Length: {Encoding.UTF8.GetByteCount(json)}\r\n\r\n{json}");

    /// <summary>Frames a body that has room for its head before it. Returns both.</summary>
    public static Memory<byte> Frame(Memory<byte> buffer, int length)
    {
        Utf8Formatter.TryFormat(length, buffer.Span, out _, new('x', ChunkHead - 2));
        "\r\n"u8.CopyTo(buffer.Span[(ChunkHead - 2)..]);
        "\r\n"u8.CopyTo(buffer.Span[(ChunkHead + length)..]);
        return buffer[..(ChunkHead + length + ChunkTail)];
    }

    /// <summary>One chunk.</summary>
    public static byte[] Chunk(string text) => Encoding.UTF8.GetBytes($"{Encoding.UTF8.GetByteCount(text):x}\r\n{text}\r\n");
}

using System.Buffers;
using McpSseActors.Connections;
using McpSseActors.Sse;

namespace McpSseActors.Mcp;

/// <summary>
/// Writes notifications as plain events: the method is the type, the parameters are the data. So everything behind a transport, from the parser
/// to the handlers, works for MCP as for any event stream.
/// </summary>
internal sealed class PlainEvents
{
    private const int Least = 1024;

    private byte[] _buffer = [];
    private int _length;
    private int _expected = Least;

    /// <summary>Writes an event. Line ends within JSON are blanks, so the data stays on one line.</summary>
    public void Write(ReadOnlySpan<byte> type, ReadOnlySpan<byte> json, ReadOnlySpan<byte> id = default, bool hasId = false, long? retry = null)
    {
        if (hasId)
            WriteId(id);
        if (retry is { } milliseconds)
            WriteRetry(milliseconds);
        Append("event: "u8);
        Append(type);
        Append("\ndata: "u8);
        Append(json);
        var written = _buffer.AsSpan(_length - json.Length, json.Length);
        written.Replace(SseLineEnds.CarriageReturn, (byte)' ');
        written.Replace(SseLineEnds.LineFeed, (byte)' ');
        Append("\n\n"u8);
    }

    public void WriteComment(ReadOnlySpan<byte> comment)
    {
        Append(":"u8);
        Append(comment);
        Append("\n"u8);
    }

    /// <summary>Moves the cursor without an event; an empty ID clears it.</summary>
    public void MoveCursor(ReadOnlySpan<byte> id)
    {
        WriteId(id);
        Append("\n"u8);
    }

    public void SetRetry(long milliseconds)
    {
        WriteRetry(milliseconds);
        Append("\n"u8);
    }

    /// <summary>All that was written since the last time.</summary>
    public Chunk Take(int received, LeftOut leftOut)
    {
        var chunk = new Chunk(_buffer, _length, received, leftOut);
        // The next chunk is probably as long as this one.
        _expected = Math.Max(_length, Least);
        _buffer = [];
        _length = 0;
        return chunk;
    }

    private void WriteId(ReadOnlySpan<byte> id)
    {
        Append("id: "u8);
        Append(id);
        Append("\n"u8);
    }

    private void WriteRetry(long milliseconds)
    {
        Span<byte> digits = stackalloc byte[20];
        milliseconds.TryFormat(digits, out var written);
        Append("retry: "u8);
        Append(digits[..written]);
        Append("\n"u8);
    }

    private void Append(ReadOnlySpan<byte> bytes)
    {
        if (_buffer.Length - _length < bytes.Length)
            Grow(_length + bytes.Length);
        bytes.CopyTo(_buffer.AsSpan(_length));
        _length += bytes.Length;
    }

    private void Grow(int least)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(least, _expected));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }
}

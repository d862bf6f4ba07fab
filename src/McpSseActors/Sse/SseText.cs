using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace McpSseActors.Sse;

/// <summary>Writes the text of event streams to a buffer.</summary>
internal static class SseText
{
    /// <summary>
    /// Appends LF and the first bytes of a text. Short text is copied together with whatever follows it, which the next
    /// call overwrites: copying a fixed length is faster than copying a variable one.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void AppendLine(this PooledBuffer<byte> buffer, ReadOnlySpan<byte> text, int length)
    {
        const int Short = 128;
        var isShort = length <= Short && text.Length >= Short;
        var room = buffer.Reserve(1 + (isShort ? Short : length));
        room[0] = SseLineEnds.LineFeed;
        if (isShort)
            text[..Short].CopyTo(room[1..]);
        else
            text[..length].CopyTo(room[1..]);
        buffer.Advance(1 + length);
    }

    /// <summary>
    /// Appends text that may be invalid; each invalid sequence becomes U+FFFD, as the WHATWG decoder replaces it.
    /// </summary>
    public static void AppendRepaired(this PooledBuffer<byte> buffer, ReadOnlySpan<byte> utf8)
    {
        Span<char> text = stackalloc char[256];
        while (!utf8.IsEmpty)
        {
            Utf8.ToUtf16(utf8, text, out var read, out var written);
            var encoded = buffer.Reserve(Encoding.UTF8.GetMaxByteCount(written));
            buffer.Advance(Encoding.UTF8.GetBytes(text[..written], encoded));
            utf8 = utf8[read..];
        }
    }
}

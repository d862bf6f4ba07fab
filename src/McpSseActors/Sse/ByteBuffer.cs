using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace McpSseActors.Sse;

/// <summary>
/// Bytes that grow at their end. A small array is kept for good, so short pieces cost nothing; a large one is lent by
/// the shared pool and goes back as soon as it is empty, so that no stream holds on to the largest it ever saw.
/// </summary>
internal sealed class ByteBuffer
{
    public const int LargestKept = 1024;
    public const int LargestExpected = 256 * 1024;

    private byte[] _kept = [];
    private int _expected;
    private byte[] _array = [];

    public int Length { get; private set; }

    public bool IsEmpty => Length == 0;

    public ReadOnlySpan<byte> Bytes => _array.AsSpan(0, Length);

    public void Append(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    public void Append(byte value)
    {
        Reserve(1)[0] = value;
        Length++;
    }

    /// <summary>
    /// Appends LF and the beginning of a text. A short one is copied with what happens to follow it, which is overwritten by the next:
    /// to copy always as much is quicker than to find out how much it is.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void AppendLine(ReadOnlySpan<byte> text, int length)
    {
        const int Short = 128;
        var isShort = length <= Short && text.Length >= Short;
        var room = Reserve(1 + (isShort ? Short : length));
        room[0] = SseLineEnds.LineFeed;
        if (isShort)
            text[..Short].CopyTo(room[1..]);
        else
            text[..length].CopyTo(room[1..]);
        Length += 1 + length;
    }

    /// <summary>Appends text that may be broken; each invalid sequence becomes U+FFFD, as the WHATWG decoder replaces it.</summary>
    public void AppendRepaired(ReadOnlySpan<byte> utf8)
    {
        Span<char> text = stackalloc char[256];
        while (!utf8.IsEmpty)
        {
            Utf8.ToUtf16(utf8, text, out var read, out var written);
            var encoded = Reserve(Encoding.UTF8.GetMaxByteCount(written));
            Length += Encoding.UTF8.GetBytes(text[..written], encoded);
            utf8 = utf8[read..];
        }
    }

    /// <summary>Whether this is the buffer's content: the very bytes, not equal ones elsewhere.</summary>
    public bool Holds(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Length
        && Unsafe.AreSame(ref MemoryMarshal.GetReference(bytes), ref MemoryMarshal.GetArrayDataReference(_array));

    /// <summary>Makes this the buffer's content. Costs nothing if it is that already.</summary>
    public void Hold(ReadOnlySpan<byte> bytes)
    {
        if (Holds(bytes))
            return;
        Clear();
        Append(bytes);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Clear()
    {
        if (Length > 0)
            Empty();
    }

    /// <summary>The next large content will probably be as large as this one: what is known beforehand need not grow step by step.</summary>
    private void Empty()
    {
        if (_array.Length > LargestKept)
        {
            _expected = Math.Min(Length, LargestExpected);
            GiveBack();
        }
        Length = 0;
    }

    private Span<byte> Reserve(int count)
    {
        if (_array.Length - Length < count)
            Grow(count);
        return _array.AsSpan(Length);
    }

    private void Grow(int count)
    {
        var wanted = Math.Max(checked(Length + count), (int)Math.Min(2L * _array.Length, Array.MaxLength));
        var larger = wanted <= LargestKept ? _kept = new byte[wanted] : ArrayPool<byte>.Shared.Rent(Math.Max(wanted, _expected));
        Bytes.CopyTo(larger);
        GiveBack();
        _array = larger;
    }

    private void GiveBack()
    {
        if (_array.Length > LargestKept)
            ArrayPool<byte>.Shared.Return(_array);
        _array = _kept;
    }
}

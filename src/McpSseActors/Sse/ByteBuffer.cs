using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;

namespace McpSseActors.Sse;

/// <summary>Bytes that grow at their end. Large arrays are lent by the shared pool and go back as soon as they are empty.</summary>
internal sealed class ByteBuffer
{
    /// <summary>An array up to this size stays with its owner: a stream at rest is small, and short pieces cost no renting.</summary>
    private const int KeptSize = 1024;

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

    /// <summary>Makes this the buffer's content. Costs nothing if it is that already.</summary>
    public void Hold(ReadOnlySpan<byte> bytes)
    {
        if (IsOwn(bytes))
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

    private void Empty()
    {
        Length = 0;
        if (_array.Length > KeptSize)
            GiveBack();
    }

    private bool IsOwn(ReadOnlySpan<byte> bytes) =>
        bytes.Length == Length
        && Unsafe.AreSame(ref MemoryMarshal.GetReference(bytes), ref MemoryMarshal.GetArrayDataReference(_array));

    private Span<byte> Reserve(int count)
    {
        if (_array.Length - Length < count)
            Grow(count);
        return _array.AsSpan(Length);
    }

    private void Grow(int count)
    {
        var wanted = Math.Max(checked(Length + count), (int)Math.Min(2L * _array.Length, Array.MaxLength));
        var larger = ArrayPool<byte>.Shared.Rent(wanted);
        Bytes.CopyTo(larger);
        GiveBack();
        _array = larger;
    }

    private void GiveBack()
    {
        if (_array.Length > 0)
            ArrayPool<byte>.Shared.Return(_array);
        _array = [];
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace McpSseActors.Sse;

/// <summary>
/// Finds line ends, 64 bytes at a time and one bit for each. The lines of an event are so short that a separate search
/// for each would cost more than everything else.
/// </summary>
internal static class SseLineEnds
{
    public const byte LineFeed = (byte)'\n';
    public const byte CarriageReturn = (byte)'\r';

    /// <summary>The number of bytes that one <see cref="Find"/> covers.</summary>
    public const int Width = 64;

    /// <summary>Bit i is set if byte i is a CR or LF; there may be fewer than <see cref="Width"/> bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Find(ReadOnlySpan<byte> bytes) =>
        bytes.Length >= Width ? FindInAll(bytes) : FindInFew(bytes);

    /// <summary>
    /// As <see cref="Find"/>, for the bytes from an index on, of which there may be none, out of at least
    /// <see cref="Width"/> bytes.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong FindAt(ReadOnlySpan<byte> bytes, int index)
    {
        if (index >= bytes.Length)
            return 0;
        var last = Math.Min(index, bytes.Length - Width);
        return FindInAll(bytes[last..]) >> (index - last);
    }

    /// <summary>Whether the byte at this index is the LF of a CRLF, which ends no further line.</summary>
    public static bool IsSecondHalf(ReadOnlySpan<byte> bytes, int index) =>
        index > 0 && bytes[index] == LineFeed && bytes[index - 1] == CarriageReturn;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong FindInAll(ReadOnlySpan<byte> bytes) => Vector512.IsHardwareAccelerated
        ? FindInWhole(Vector512.Create(bytes))
        : FindInHalf(Vector256.Create(bytes)) | (ulong)FindInHalf(Vector256.Create(bytes[Vector256<byte>.Count..])) << Vector256<byte>.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong FindInWhole(Vector512<byte> bytes) =>
        (Vector512.Equals(bytes, Vector512.Create(LineFeed)) | Vector512.Equals(bytes, Vector512.Create(CarriageReturn)))
        .ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint FindInHalf(Vector256<byte> bytes) =>
        (Vector256.Equals(bytes, Vector256.Create(LineFeed)) | Vector256.Equals(bytes, Vector256.Create(CarriageReturn)))
        .ExtractMostSignificantBits();

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ulong FindInFew(ReadOnlySpan<byte> bytes)
    {
        Span<byte> padded = stackalloc byte[Width];
        padded.Clear();
        bytes.CopyTo(padded);
        return Find(padded);
    }
}

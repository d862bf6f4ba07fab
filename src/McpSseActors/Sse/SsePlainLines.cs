using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace McpSseActors.Sse;

/// <summary>What ended a run of usual lines.</summary>
internal enum SseStop
{
    /// <summary>The end of the lines.</summary>
    End,

    /// <summary>A blank line: the block is complete.</summary>
    BlankLine,

    /// <summary>A further line of data.</summary>
    MoreData,

    /// <summary>Anything else: a comment, another field, or one near the end of the bytes.</summary>
    OtherLine,
}

/// <summary>
/// Reads the lines of plain text: whole lines, valid, without NUL, and too short to make an event too large. The usual
/// fields of a block are read in one loop that calls nothing and keeps everything in registers, which gives most of the
/// decoder's speed; anything else ends the loop and is left to the caller.
/// </summary>
internal ref struct SsePlainLines
{
    /// <summary>The fewest bytes that can be searched.</summary>
    public const int Shortest = SseLineEnds.Width;

    // Names with their colons, as the first eight bytes of a line: one comparison each.
    private const ulong Data = 0x3A_61_74_61_64;
    private const ulong Event = 0x3A_74_6E_65_76_65;
    private const ulong Id = 0x3A_64_69;
    private const int DataLength = 5;
    private const int EventLength = 6;
    private const int IdLength = 3;

    private readonly ReadOnlySpan<byte> _bytes;

    // The remaining line ends of these 64 bytes, and those of the next 64: searched ahead, because the processor often
    // mispredicts in which of the two a line ends, and then does not also wait for the search.
    private int _searched;
    private ulong _ends;
    private ulong _ahead;
    private int _start;
    private int _end;

    /// <param name="bytes">The text, at least <see cref="Shortest"/> bytes.</param>
    public SsePlainLines(ReadOnlySpan<byte> bytes)
    {
        _bytes = bytes;
        _ends = SseLineEnds.FindAt(bytes, 0);
        _ahead = SseLineEnds.FindAt(bytes, SseLineEnds.Width);
        _end = -1;
    }

    /// <summary>Gets the line at which it stopped; of <see cref="SseStop.MoreData"/>, only the data.</summary>
    public readonly ReadOnlySpan<byte> Line => _bytes[_start.._end];

    /// <summary>From <see cref="Line"/> on, to the end of the bytes.</summary>
    public readonly ReadOnlySpan<byte> Rest => _bytes[_start..];

    /// <summary>Reads the lines up to one that is not usual.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    public SseStop ReadUsual(ref SseBlock block)
    {
        var bytes = _bytes;
        var searched = _searched;
        var ends = _ends;
        var ahead = _ahead;
        var start = _end + 1;
        int end;
        SseStop stop;
        while (true)
        {
            while (ends == 0)
            {
                searched += SseLineEnds.Width;
                if (searched >= bytes.Length)
                    return SseStop.End;
                ends = ahead;
                ahead = SseLineEnds.FindAt(bytes, searched + SseLineEnds.Width);
            }

            end = searched + BitOperations.TrailingZeroCount(ends);
            ends &= ends - 1;
            if (start == end)
            {
                if (!SseLineEnds.IsSecondHalf(bytes, end))
                {
                    stop = SseStop.BlankLine;
                    break;
                }
            }
            else if (!BinaryPrimitives.TryReadUInt64LittleEndian(bytes[start..], out var head))
            {
                stop = SseStop.OtherLine;
                break;
            }
            else if (Starts(head, Data, DataLength))
            {
                start += ValueAt(head, DataLength);
                if (block.HasData)
                {
                    stop = SseStop.MoreData;
                    break;
                }
                block.Event.Data = bytes[start..end];
                block.HasData = true;
            }
            else if (Starts(head, Id, IdLength))
            {
                block.Id = bytes[(start + ValueAt(head, IdLength))..end];
                block.Event.HasId = true;
            }
            else if (Starts(head, Event, EventLength))
            {
                block.Event.Type = bytes[(start + ValueAt(head, EventLength))..end];
            }
            else
            {
                stop = SseStop.OtherLine;
                break;
            }
            start = end + 1;
        }

        (_searched, _ends, _ahead, _start, _end) = (searched, ends, ahead, start, end);
        return stop;
    }

    /// <summary>
    /// Reads one more line if it is data, after <see cref="SseStop.MoreData"/>. It may miss one, which the next call of
    /// <see cref="ReadUsual"/> then finds.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool ReadMoreData()
    {
        if (_ends == 0)
        {
            _searched += SseLineEnds.Width;
            _ends = _ahead;
            _ahead = SseLineEnds.FindAt(_bytes, _searched + SseLineEnds.Width);
        }
        var start = _end + 1;
        if (_ends == 0 || !BinaryPrimitives.TryReadUInt64LittleEndian(_bytes[start..], out var head) || !Starts(head, Data, DataLength))
            return false;
        _start = start + ValueAt(head, DataLength);
        _end = _searched + BitOperations.TrailingZeroCount(_ends);
        _ends &= _ends - 1;
        return true;
    }

    private static bool Starts(ulong head, ulong name, int length) => (head & ((1UL << (8 * length)) - 1)) == name;

    /// <summary>The start of the value: after the colon and one space.</summary>
    private static int ValueAt(ulong head, int length) => length + ((byte)(head >> (8 * length)) == ' ' ? 1 : 0);
}

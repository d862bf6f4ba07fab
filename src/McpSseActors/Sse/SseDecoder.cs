using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace McpSseActors.Sse;

/// <summary>
/// Decodes one stream of Server-Sent Events (WHATWG HTML, 9.2.6), however its bytes are cut.
/// Lines that arrived whole are decoded where they lie; only what is unfinished at the end of a call is copied.
/// Not thread-safe: one call at a time.
/// </summary>
/// <remarks>
/// No event takes more than the maximum size, counted as its data (lines joined), type and ID. A larger one, or one of
/// whose lines alone is too long, is reported once as oversized and skipped up to its blank line. An ID that could be
/// read in full is committed nevertheless; otherwise each resume would bring the same event again. Comments
/// and unknown fields that are too long are dropped in silence.
/// </remarks>
internal sealed partial class SseDecoder : IEventReader
{
    private readonly int _maxEventSize;
    private readonly int _maxLineLength;

    private readonly ByteBuffer _line = new();

    private StreamCursor _cursor = null!;
    private bool _atStart = true;
    private bool _ignoreLineFeed;
    private bool _skippingLine;

    /// <param name="maxEventSize">The largest event that is accepted, in bytes; at least 1.</param>
    public SseDecoder(int maxEventSize)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(maxEventSize, 1);
        _maxEventSize = maxEventSize;
        _maxLineLength = Math.Min(maxEventSize, Array.MaxLength - 1 - SseField.LongestPrefix) + SseField.LongestPrefix;
    }

    /// <inheritdoc />
    /// <remarks>The cursor is up to date between two calls; during one, <see cref="SseEvent.LastEventId"/> is.</remarks>
    public void Read<TSink>(ReadOnlySpan<byte> bytes, StreamCursor cursor, ref TSink sink) where TSink : ISseSink
    {
        _cursor = cursor;
        bytes = WithoutStart(bytes);
        var finished = bytes.LastIndexOfAny(SseLineEnds.CarriageReturn, SseLineEnds.LineFeed) + 1;
        if (finished > 0)
        {
            _ignoreLineFeed = finished == bytes.Length && bytes[^1] == SseLineEnds.CarriageReturn;
            DecodeLines(bytes[..finished], ref sink);
            bytes = bytes[finished..];
        }
        Carry(bytes, ref sink);
    }

    /// <summary>Leaves out the byte order mark, and the LF of a CRLF whose CR ended the previous bytes.</summary>
    private ReadOnlySpan<byte> WithoutStart(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return bytes;
        if (_atStart)
            return WithoutByteOrderMark(bytes);
        if (_ignoreLineFeed && bytes[0] == SseLineEnds.LineFeed)
            bytes = bytes[1..];
        _ignoreLineFeed = false;
        return bytes;
    }

    /// <summary>A mark that is cut waits as the beginning of the first line, which it is if the rest does not follow.</summary>
    private ReadOnlySpan<byte> WithoutByteOrderMark(ReadOnlySpan<byte> bytes)
    {
        var mark = "\uFEFF"u8[_line.Length..];
        if (bytes.Length < mark.Length && mark.StartsWith(bytes))
        {
            _line.Append(bytes);
            return default;
        }

        _atStart = false;
        if (!bytes.StartsWith(mark))
            return bytes;
        _line.Clear();
        return bytes[mark.Length..];
    }

    private void DecodeLines<TSink>(ReadOnlySpan<byte> bytes, ref TSink sink) where TSink : ISseSink
    {
        var block = Kept();
        if (_skippingLine || !_line.IsEmpty)
            bytes = TakeCarriedLine(bytes, ref block, ref sink);

        // One pass over everything is far cheaper than one for each field. A character that the border of the chunk
        // cuts does not spoil it, because it lies in the unfinished line behind. ASCII is the quicker to be recognised.
        var isValid = Ascii.IsValid(bytes) || Utf8.IsValid(bytes);
        if (isValid && IsPlain(bytes, in block))
            TakePlainLines(bytes, ref block, ref sink);
        else
            TakeLines(bytes, isValid, ref block, ref sink);

        Keep(in block);
        _line.Clear();
    }

    /// <summary>Whether no line can have something about it that needs a second look.</summary>
    private bool IsPlain(ReadOnlySpan<byte> valid, in SseBlock block) =>
        valid.Length >= SsePlainLines.Shortest && block.Size + valid.Length <= _maxEventSize && !block.IsOversized && !valid.Contains((byte)0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TakePlainLines<TSink>(ReadOnlySpan<byte> bytes, ref SseBlock block, ref TSink sink) where TSink : ISseSink
    {
        var lines = new SsePlainLines(bytes);
        while (true)
        {
            switch (lines.ReadUsual(ref block))
            {
                case SseStop.BlankLine:
                    EndBlock(ref block, ref sink);
                    break;
                case SseStop.MoreData:
                    Join(ref lines, ref block);
                    break;
                case SseStop.OtherLine:
                    TakeLine(lines.Line, isValid: true, ref block, ref sink);
                    break;
                default:
                    return;
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TakeLines<TSink>(ReadOnlySpan<byte> bytes, bool isValid, ref SseBlock block, ref TSink sink) where TSink : ISseSink
    {
        var start = 0;
        for (var searched = 0; searched < bytes.Length; searched += SseLineEnds.Width)
        {
            for (var ends = SseLineEnds.Find(bytes[searched..]); ends != 0; ends &= ends - 1)
            {
                var end = searched + BitOperations.TrailingZeroCount(ends);
                if (start < end || !SseLineEnds.IsSecondHalf(bytes, end))
                    TakeLine(bytes[start..end], isValid, ref block, ref sink);
                start = end + 1;
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReadOnlySpan<byte> TakeCarriedLine<TSink>(ReadOnlySpan<byte> bytes, scoped ref SseBlock block, scoped ref TSink sink)
        where TSink : ISseSink
    {
        var end = bytes.IndexOfAny(SseLineEnds.CarriageReturn, SseLineEnds.LineFeed);
        if (!_skippingLine)
        {
            AppendToLine(bytes[..end]);
            TakeLine(_line.Bytes, isValid: false, ref block, ref sink);
        }
        _skippingLine = false;
        var next = end + 1;
        return bytes[(next < bytes.Length && SseLineEnds.IsSecondHalf(bytes, next) ? next + 1 : next)..];
    }

    /// <summary>Keeps the beginning of a line. If it is too long already, the rest will be skipped and nothing is kept.</summary>
    private void Carry<TSink>(ReadOnlySpan<byte> start, ref TSink sink) where TSink : ISseSink
    {
        if (_skippingLine || start.IsEmpty)
            return;
        AppendToLine(start);
        if (_line.Length <= _maxLineLength)
            return;

        var block = Kept();
        TakeOverlongLine(_line.Bytes, ref block, ref sink);
        Keep(in block);
        _line.Clear();
        _skippingLine = true;
    }

    /// <summary>One byte more than allowed is enough to know that the line is too long.</summary>
    private void AppendToLine(ReadOnlySpan<byte> bytes)
    {
        var room = _maxLineLength + 1 - _line.Length;
        _line.Append(bytes.Length <= room ? bytes : bytes[..room]);
    }
}

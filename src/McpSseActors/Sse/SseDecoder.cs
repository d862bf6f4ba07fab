using System.Numerics;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Unicode;

namespace McpSseActors.Sse;

/// <summary>
/// Decodes one stream of Server-Sent Events (WHATWG HTML, 9.2.6), however its bytes are cut.
/// Lines that arrived whole are decoded in place; only what is unfinished at the end of a call is copied.
/// One decoder decodes one connection.
/// </summary>
/// <remarks>
/// No event takes more than the maximum size, counted as its data (lines joined), type and ID. A larger one, or one of
/// whose lines alone is too long, is reported once as oversized and skipped up to its blank line. An ID that could be
/// read in full is still committed; otherwise each resume would repeat the same event. Comments
/// and unknown fields that are too long are skipped without a report.
/// </remarks>
internal sealed partial class SseDecoder : IEventReader
{
    private readonly int _maxEventSize;
    private readonly int _maxLineLength;

    private readonly PooledBuffer<byte> _line = new();

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
    /// <remarks>
    /// The cursor is up to date between two calls; during one, <see cref="SseEvent.LastEventId"/> is.
    /// </remarks>
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

    /// <summary>Skips the byte order mark, and the LF of a CRLF whose CR ended the previous bytes.</summary>
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

    /// <summary>
    /// An incomplete mark is kept as the start of the first line, which it is if the rest does not follow.
    /// </summary>
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
            bytes = ProcessCarriedLine(bytes, ref block, ref sink);

        // One pass over everything is much cheaper than one for each field. A character that is cut at the end of the
        // chunk does not matter, because it is part of the unfinished line. ASCII is faster to recognise.
        var isValid = Ascii.IsValid(bytes) || Utf8.IsValid(bytes);
        if (isValid && IsPlain(bytes, in block))
            ProcessPlainLines(bytes, ref block, ref sink);
        else
            ProcessLines(bytes, isValid, ref block, ref sink);

        Keep(in block);
        _line.Clear();
    }

    /// <summary>Whether every line can be read without further checks.</summary>
    private bool IsPlain(ReadOnlySpan<byte> valid, in SseBlock block) =>
        valid.Length >= SsePlainLines.Shortest && block.Size + valid.Length <= _maxEventSize && !block.IsOversized && !valid.Contains((byte)0);

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ProcessPlainLines<TSink>(ReadOnlySpan<byte> bytes, ref SseBlock block, ref TSink sink) where TSink : ISseSink
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
                    ProcessLine(lines.Line, isValid: true, ref block, ref sink);
                    break;
                default:
                    return;
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ProcessLines<TSink>(ReadOnlySpan<byte> bytes, bool isValid, ref SseBlock block, ref TSink sink) where TSink : ISseSink
    {
        var start = 0;
        for (var searched = 0; searched < bytes.Length; searched += SseLineEnds.Width)
        {
            for (var ends = SseLineEnds.Find(bytes[searched..]); ends != 0; ends &= ends - 1)
            {
                var end = searched + BitOperations.TrailingZeroCount(ends);
                if (start < end || !SseLineEnds.IsSecondHalf(bytes, end))
                    ProcessLine(bytes[start..end], isValid, ref block, ref sink);
                start = end + 1;
            }
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReadOnlySpan<byte> ProcessCarriedLine<TSink>(ReadOnlySpan<byte> bytes, scoped ref SseBlock block, scoped ref TSink sink)
        where TSink : ISseSink
    {
        var end = bytes.IndexOfAny(SseLineEnds.CarriageReturn, SseLineEnds.LineFeed);
        if (!_skippingLine)
        {
            AppendToLine(bytes[..end]);
            ProcessLine(_line.Written, isValid: false, ref block, ref sink);
            // An ID that may be long is moved to the cursor, where it is recognised without a comparison.
            _isBuffered |= block.Event.HasId;
        }
        _skippingLine = false;
        var next = end + 1;
        return bytes[(next < bytes.Length && SseLineEnds.IsSecondHalf(bytes, next) ? next + 1 : next)..];
    }

    /// <summary>
    /// Keeps the start of a line. If it is already too long, nothing is kept and the rest is skipped.
    /// </summary>
    private void Carry<TSink>(ReadOnlySpan<byte> start, ref TSink sink) where TSink : ISseSink
    {
        if (_skippingLine || start.IsEmpty)
            return;
        AppendToLine(start);
        if (_line.Length <= _maxLineLength)
            return;

        var block = Kept();
        ProcessOverlongLine(_line.Written, ref block, ref sink);
        Keep(in block);
        _line.Clear();
        _skippingLine = true;
    }

    /// <summary>Keeps one byte more than allowed, which is enough to detect a line that is too long.</summary>
    private void AppendToLine(ReadOnlySpan<byte> bytes)
    {
        var room = _maxLineLength + 1 - _line.Length;
        _line.Append(bytes.Length <= room ? bytes : bytes[..room]);
    }
}

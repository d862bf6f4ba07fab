using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace McpSseActors.Sse;

/// <content>Lines: fields, comments, and the blank line that dispatches an event.</content>
internal sealed partial class SseDecoder
{
    // The fields of an unfinished block, between two calls. Pieces are also joined and repaired here. Most blocks need
    // none of it.
    private bool _isBuffered;
    private readonly PooledBuffer<byte> _type = new();
    private readonly PooledBuffer<byte> _id = new();
    private readonly PooledBuffer<byte> _data = new();
    private readonly PooledBuffer<byte> _comment = new();
    private (bool HasId, bool HasData, bool IsOversized, long? RetryMilliseconds) _facts;

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ProcessLine<TSink>(ReadOnlySpan<byte> line, bool isValid, ref SseBlock block, ref TSink sink)
        where TSink : ISseSink
    {
        if (line.IsEmpty)
            EndBlock(ref block, ref sink);
        else if (line.Length > _maxLineLength)
            ProcessOverlongLine(line, ref block, ref sink);
        else if (SseField.Is("data"u8, line, out var value))
            ProcessData(value, isValid, ref block, ref sink);
        else if (SseField.Is("event"u8, line, out value))
            ProcessType(value, isValid, ref block, ref sink);
        else if (SseField.Is("id"u8, line, out value))
            ProcessId(value, isValid, ref block, ref sink);
        else if (SseField.Is("retry"u8, line, out value))
            ProcessRetry(value, ref block);
        else if (line[0] == ':')
            ProcessComment(line[1..], isValid, ref sink);
    }

    private static void ProcessOverlongLine<TSink>(ReadOnlySpan<byte> line, ref SseBlock block, ref TSink sink)
        where TSink : ISseSink
    {
        if (SseField.Is("data"u8, line, out _) || SseField.Is("event"u8, line, out _) || SseField.Is("id"u8, line, out _))
            Oversize(ref block, ref sink);
    }

    private void ProcessData<TSink>(ReadOnlySpan<byte> value, bool isValid, ref SseBlock block, ref TSink sink)
        where TSink : ISseSink
    {
        if (block.IsOversized)
            return;

        isValid = isValid || Utf8.IsValid(value);
        if (block.HasData || !isValid)
            block.Event.Data = Join(in block, value, isValid);
        else
            block.Event.Data = value;
        block.HasData = true;
        CheckSize(ref block, ref sink);
    }

    /// <summary>Joins consecutive lines of data.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void Join(ref SsePlainLines lines, ref SseBlock block)
    {
        _isBuffered = true;
        _data.Hold(block.Event.Data);
        do
        {
            _data.AppendLine(lines.Rest, lines.Line.Length);
        }
        while (lines.ReadMoreData());
        block.Event.Data = _data.Written;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReadOnlySpan<byte> Join(scoped in SseBlock block, ReadOnlySpan<byte> value, bool isValid)
    {
        _isBuffered = true;
        _data.Hold(block.Event.Data);
        if (block.HasData)
            _data.Append(SseLineEnds.LineFeed);
        if (isValid)
            _data.Append(value);
        else
            _data.AppendRepaired(value);
        return _data.Written;
    }

    private void ProcessType<TSink>(ReadOnlySpan<byte> value, bool isValid, ref SseBlock block, ref TSink sink)
        where TSink : ISseSink
    {
        if (block.IsOversized)
            return;
        block.Event.Type = isValid ? value : Repaired(value, _type);
        CheckSize(ref block, ref sink);
    }

    private void ProcessId<TSink>(ReadOnlySpan<byte> value, bool isValid, ref SseBlock block, ref TSink sink)
        where TSink : ISseSink
    {
        if (value.Length > _maxEventSize)
        {
            Oversize(ref block, ref sink);
            return;
        }
        if (value.Contains((byte)0))
            return;
        block.Id = isValid ? value : Repaired(value, _id);
        block.Event.HasId = true;
        CheckSize(ref block, ref sink);
    }

    private void ProcessRetry(ReadOnlySpan<byte> value, ref SseBlock block)
    {
        if (SseField.TryReadRetry(value, out var milliseconds))
            _cursor.RetryMilliseconds = block.Event.RetryMilliseconds = milliseconds;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void ProcessComment<TSink>(ReadOnlySpan<byte> comment, bool isValid, ref TSink sink) where TSink : ISseSink
    {
        sink.OnComment(isValid ? comment : Repaired(comment, _comment));
        _comment.Clear();
    }

    /// <summary>Gets the text itself if it is valid; otherwise a repaired copy in the buffer.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReadOnlySpan<byte> Repaired(ReadOnlySpan<byte> text, PooledBuffer<byte> buffer)
    {
        if (Utf8.IsValid(text))
            return text;
        _isBuffered = true;
        buffer.Clear();
        buffer.AppendRepaired(text);
        return buffer.Written;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void CheckSize<TSink>(ref SseBlock block, ref TSink sink) where TSink : ISseSink
    {
        if (block.Size > _maxEventSize)
            Oversize(ref block, ref sink);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Oversize<TSink>(ref SseBlock block, ref TSink sink) where TSink : ISseSink
    {
        if (block.IsOversized)
            return;
        block.IsOversized = true;
        block.Event.Data = block.Event.Type = default;
        sink.OnOversized();
    }

    /// <summary>Dispatches the event. Its ID is set first, even if the block has no data or is too large.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void EndBlock<TSink>(ref SseBlock block, ref TSink sink) where TSink : ISseSink
    {
        if (block.Event.HasId)
            block.Event.LastEventId = _isBuffered ? _cursor.MoveTo(block.Id) : block.Id;
        if (block is { HasData: true, IsOversized: false })
            sink.OnEvent(in block.Event);
        block.Clear();
        if (_isBuffered)
            ForgetBlock();
    }

    private SseBlock Kept()
    {
        var block = new SseBlock();
        block.Event.LastEventId = _cursor.LastEventId;
        if (_isBuffered)
            Restore(ref block);
        return block;
    }

    private void Restore(ref SseBlock block)
    {
        block.Event.Type = _type.Written;
        block.Event.Data = _data.Written;
        block.Id = _id.Written;
        (block.Event.HasId, block.HasData, block.IsOversized, block.Event.RetryMilliseconds) = _facts;
    }

    private void Keep(in SseBlock block)
    {
        _cursor.MoveTo(block.Event.LastEventId);
        if (block.IsEmpty && !_isBuffered)
            return;
        _isBuffered = true;
        _type.Hold(block.Event.Type);
        _id.Hold(block.Id);
        _data.Hold(block.Event.Data);
        _facts = (block.Event.HasId, block.HasData, block.IsOversized, block.Event.RetryMilliseconds);
    }

    private void ForgetBlock()
    {
        _isBuffered = false;
        _type.Clear();
        _id.Clear();
        _data.Clear();
    }
}

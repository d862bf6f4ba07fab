using System.Runtime.CompilerServices;
using System.Text.Unicode;

namespace McpSseActors.Sse;

/// <content>What a line means for its block: fields, comments, and the blank line that dispatches.</content>
internal sealed partial class SseDecoder
{
    // What the lines of an unfinished block have said, between two calls. Also the place where pieces are joined or repaired.
    private readonly ByteBuffer _type = new();
    private readonly ByteBuffer _id = new();
    private readonly ByteBuffer _data = new();
    private readonly ByteBuffer _comment = new();
    private SseBlockFacts _facts;

    // The path of every line is one loop; what is rare stays out of it, or the compiler runs out of registers.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void TakeLine<TSink>(ReadOnlySpan<byte> line, bool isValid, ref SseBlock block, ref TSink sink)
        where TSink : ISseSink
    {
        if (line.IsEmpty)
            EndBlock(ref block, ref sink);
        else if (line.Length > _maxLineLength)
            TakeOverlongLine(line, ref block, ref sink);
        else if (SseField.Is("data"u8, line, out var value))
            TakeData(value, isValid, ref block, ref sink);
        else if (SseField.Is("event"u8, line, out value))
            TakeType(value, isValid, ref block, ref sink);
        else if (SseField.Is("id"u8, line, out value))
            TakeId(value, isValid, ref block, ref sink);
        else if (SseField.Is("retry"u8, line, out value))
            TakeRetry(value, ref block);
        else if (line[0] == ':')
            TakeComment(line[1..], isValid, ref sink);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void TakeOverlongLine<TSink>(ReadOnlySpan<byte> line, ref SseBlock block, ref TSink sink)
        where TSink : ISseSink
    {
        if (SseField.Is("data"u8, line, out _) || SseField.Is("event"u8, line, out _) || SseField.Is("id"u8, line, out _))
            Oversize(ref block, ref sink);
    }

    private void TakeData<TSink>(ReadOnlySpan<byte> value, bool isValid, ref SseBlock block, ref TSink sink)
        where TSink : ISseSink
    {
        if (block.Facts.IsOversized)
            return;

        isValid = isValid || Utf8.IsValid(value);
        if (block.Facts.HasData || !isValid)
            block.Data = Join(in block, value, isValid);
        else
            block.Data = value;
        block.Facts.HasData = true;
        CheckSize(ref block, ref sink);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private ReadOnlySpan<byte> Join(scoped in SseBlock block, ReadOnlySpan<byte> value, bool isValid)
    {
        _data.Hold(block.Data);
        if (block.Facts.HasData)
            _data.Append(SseLineEnds.LineFeed);
        if (isValid)
            _data.Append(value);
        else
            _data.AppendRepaired(value);
        return _data.Bytes;
    }

    private void TakeType<TSink>(ReadOnlySpan<byte> value, bool isValid, ref SseBlock block, ref TSink sink)
        where TSink : ISseSink
    {
        if (block.Facts.IsOversized)
            return;
        block.Type = isValid ? value : Repaired(value, _type);
        CheckSize(ref block, ref sink);
    }

    private void TakeId<TSink>(ReadOnlySpan<byte> value, bool isValid, ref SseBlock block, ref TSink sink)
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
        block.Facts.HasId = true;
        CheckSize(ref block, ref sink);
    }

    private void TakeRetry(ReadOnlySpan<byte> value, ref SseBlock block)
    {
        if (SseField.TryReadRetry(value, out var milliseconds))
            RetryMilliseconds = block.Facts.RetryMilliseconds = milliseconds;
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void TakeComment<TSink>(ReadOnlySpan<byte> comment, bool isValid, ref TSink sink) where TSink : ISseSink
    {
        sink.OnComment(isValid ? comment : Repaired(comment, _comment));
        _comment.Clear();
    }

    /// <summary>The text itself if it is valid; otherwise its repaired copy, which the buffer then holds.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static ReadOnlySpan<byte> Repaired(ReadOnlySpan<byte> text, ByteBuffer buffer)
    {
        if (Utf8.IsValid(text))
            return text;
        buffer.Clear();
        buffer.AppendRepaired(text);
        return buffer.Bytes;
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
        if (block.Facts.IsOversized)
            return;
        block.Facts.IsOversized = true;
        block.Data = block.Type = default;
        sink.OnOversized();
    }

    /// <summary>Dispatches the event. Its ID counts first, and also where the block has no data or was too large.</summary>
    [MethodImpl(MethodImplOptions.NoInlining)]
    private void EndBlock<TSink>(ref SseBlock block, ref TSink sink) where TSink : ISseSink
    {
        if (block.Facts.HasId)
            Commit(block.Id);
        if (block.Facts is { HasData: true, IsOversized: false })
            sink.OnEvent(block.ToEvent());
        block = default;
        ForgetBlock();
    }

    private void Commit(ReadOnlySpan<byte> id)
    {
        if (id.SequenceEqual(_lastEventId.Bytes))
            return;
        _lastEventId.Hold(id);
        LastEventIdVersion++;
    }

    private SseBlock Kept() => new() { Type = _type.Bytes, Id = _id.Bytes, Data = _data.Bytes, Facts = _facts };

    private void Keep(in SseBlock block)
    {
        _type.Hold(block.Type);
        _id.Hold(block.Id);
        _data.Hold(block.Data);
        _facts = block.Facts;
    }

    private void ForgetBlock()
    {
        _type.Clear();
        _id.Clear();
        _data.Clear();
        _facts = default;
    }
}

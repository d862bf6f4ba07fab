using System.Buffers;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using McpSseActors.Sse;

namespace McpSseActors.Connections;

/// <summary>
/// Events on their way from a transport that has decoded them itself to the parser: one behind the other in a buffer of the pool, each with its lengths
/// before it, so that nobody has to look for their ends a second time.
/// </summary>
internal sealed class DecodedEvents
{
    private const int Least = 1024;
    private const long NoRetry = -1;

    private byte[] _buffer = [];
    private int _length;
    private int _expected = Least;

    private enum Kind
    {
        Event,
        Comment,
        Cursor,
        Retry,
    }

    /// <summary>Writes an event.</summary>
    /// <param name="type">Its type, valid UTF-8 as all texts here.</param>
    /// <param name="data">Its data.</param>
    /// <param name="id">Its own ID; empty where it has none.</param>
    /// <param name="retry">The reconnection time that came with it, in milliseconds; null where none did.</param>
    public void Write(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, ReadOnlySpan<byte> id = default, long? retry = null) =>
        Write(Kind.Event, type, data, id, retry ?? NoRetry);

    public void WriteComment(ReadOnlySpan<byte> comment) => Write(Kind.Comment, [], comment, [], NoRetry);

    /// <summary>Moves the cursor, which no event does by itself; an empty ID clears it.</summary>
    public void MoveCursor(ReadOnlySpan<byte> id) => Write(Kind.Cursor, [], [], id, NoRetry);

    public void SetRetry(long milliseconds) => Write(Kind.Retry, [], [], [], milliseconds);

    /// <summary>All that was written since the last time.</summary>
    /// <param name="received">How many bytes the server sent for it.</param>
    /// <param name="leftOut">What is missing in it.</param>
    public Chunk Take(int received, LeftOut leftOut)
    {
        var chunk = new Chunk(_buffer, _length, received, leftOut, isDecoded: true);
        // The next chunk is probably as long as this one.
        _expected = Math.Max(_length, Least);
        _buffer = [];
        _length = 0;
        return chunk;
    }

    /// <summary>Reads what was written.</summary>
    /// <param name="written">All of it.</param>
    /// <param name="stream">Keeps cursor and reconnection time.</param>
    /// <param name="sink">Takes the events and comment lines.</param>
    public static void Read<TSink>(ReadOnlySpan<byte> written, SseDecoder stream, ref TSink sink)
        where TSink : ISseSink
    {
        while (!written.IsEmpty)
        {
            var head = MemoryMarshal.Read<Head>(written);
            var type = written.Slice(Unsafe.SizeOf<Head>(), head.Type);
            var data = written.Slice(Unsafe.SizeOf<Head>() + head.Type, head.Data);
            var id = written.Slice(Unsafe.SizeOf<Head>() + head.Type + head.Data, head.Id);
            written = written[head.Length..];
            switch (head.Kind)
            {
                case Kind.Event:
                    sink.OnEvent(new SseEvent
                    {
                        Type = type,
                        Data = data,
                        LastEventId = id,
                        HasId = !id.IsEmpty,
                        RetryMilliseconds = head.Retry == NoRetry ? null : head.Retry,
                    });
                    break;
                case Kind.Comment:
                    sink.OnComment(data);
                    break;
                case Kind.Cursor:
                    stream.Reset(id);
                    break;
                case Kind.Retry:
                    stream.RetryMilliseconds = head.Retry;
                    break;
            }
        }
    }

    private void Write(Kind kind, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, ReadOnlySpan<byte> id, long retry)
    {
        var head = new Head(kind, type.Length, data.Length, id.Length, retry);
        var room = Reserve(head.Length);
        MemoryMarshal.Write(room, in head);
        room = room[Unsafe.SizeOf<Head>()..];
        type.CopyTo(room);
        data.CopyTo(room[type.Length..]);
        id.CopyTo(room[(type.Length + data.Length)..]);
        _length += head.Length;
    }

    private Span<byte> Reserve(int count)
    {
        if (_buffer.Length - _length < count)
            Grow(checked(_length + count));
        return _buffer.AsSpan(_length);
    }

    private void Grow(int least)
    {
        var larger = ArrayPool<byte>.Shared.Rent(Math.Max(least, _expected));
        _buffer.AsSpan(0, _length).CopyTo(larger);
        if (_buffer.Length > 0)
            ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    /// <summary>What stands before the bytes of type, data and ID.</summary>
    private readonly record struct Head(Kind Kind, int Type, int Data, int Id, long Retry)
    {
        public int Length => checked(Unsafe.SizeOf<Head>() + Type + Data + Id);
    }
}

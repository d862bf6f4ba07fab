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

    private Reader _reader = new(null);
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
    /// <param name="received">The number of bytes that the server sent for it.</param>
    /// <param name="leftOut">What is missing in it.</param>
    /// <param name="session">The session that the events belong to; null where the transport has none.</param>
    public Chunk Take(int received, LeftOut leftOut, StreamSession? session)
    {
        if (!ReferenceEquals(_reader.Session, session))
            _reader = new Reader(session);
        var chunk = new Chunk(_buffer, _length, _reader, received, leftOut);
        // The next chunk is probably as long as this one.
        _expected = Math.Max(_length, Least);
        _buffer = [];
        _length = 0;
        return chunk;
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

    private sealed class Reader(StreamSession? session) : IEventReader
    {
        public StreamSession? Session => session;

        public void Read<TSink>(ReadOnlySpan<byte> bytes, StreamCursor cursor, ref TSink sink)
            where TSink : ISseSink
        {
            if (session is not null)
                cursor.Enter(session);
            while (!bytes.IsEmpty)
            {
                var head = MemoryMarshal.Read<Head>(bytes);
                var type = bytes.Slice(Unsafe.SizeOf<Head>(), head.Type);
                var data = bytes.Slice(Unsafe.SizeOf<Head>() + head.Type, head.Data);
                var id = bytes.Slice(Unsafe.SizeOf<Head>() + head.Type + head.Data, head.Id);
                bytes = bytes[head.Length..];
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
                        cursor.MoveTo(id);
                        break;
                    case Kind.Retry:
                        cursor.RetryMilliseconds = head.Retry;
                        break;
                }
            }
        }
    }
}

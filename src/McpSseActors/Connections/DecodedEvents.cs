using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using McpSseActors.Sse;

namespace McpSseActors.Connections;

/// <summary>
/// Events that a transport has decoded, on their way to the parser: one after another in a buffer of the pool, each
/// with its lengths before it, so that the parser does not search for their ends again.
/// </summary>
internal sealed class DecodedEvents
{
    private const int Least = 1024;
    private const long NoRetry = -1;

    private Reader _reader = new(null);
    private readonly PooledBuffer<byte> _buffer = new(Least);

    private enum Kind
    {
        Event,
        Comment,
        Cursor,
        Retry,
        Occurrence,
    }

    /// <summary>Writes an event.</summary>
    /// <param name="type">Its type, valid UTF-8 like all text here.</param>
    /// <param name="data">Its data.</param>
    /// <param name="id">Its own ID; empty if it has none.</param>
    /// <param name="retry">The reconnection time that came with it, in milliseconds; null if none did.</param>
    public void Write(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, ReadOnlySpan<byte> id = default, long? retry = null) =>
        Write(Kind.Event, type, data, id, retry ?? NoRetry);

    /// <summary>Writes an event of an MCP subscription.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="data">Its data.</param>
    /// <param name="id">Its ID.</param>
    /// <param name="time">When it happened.</param>
    /// <param name="trace">Its trace context; empty for none.</param>
    public void WriteOccurrence(ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, ReadOnlySpan<byte> id, ReadOnlySpan<byte> time, ReadOnlySpan<byte> trace) =>
        Write(Kind.Occurrence, type, data, id, ((long)trace.Length << 32) + time.Length, time, trace);

    public void WriteComment(ReadOnlySpan<byte> comment) => Write(Kind.Comment, [], comment, [], NoRetry);

    /// <summary>Moves the cursor, which events do not move themselves; an empty ID clears it.</summary>
    public void MoveCursor(ReadOnlySpan<byte> id) => Write(Kind.Cursor, [], [], id, NoRetry);

    public void SetRetry(long milliseconds) => Write(Kind.Retry, [], [], [], milliseconds);

    /// <summary>Gets everything written since the last call, as a chunk.</summary>
    /// <param name="received">The number of bytes that the server sent for it.</param>
    /// <param name="leftOut">What is missing in it.</param>
    /// <param name="session">The session that the events belong to; null where the transport has none.</param>
    /// <param name="isProof">Whether the server has proved its health, with or without an event.</param>
    public Chunk ToChunk(int received, LeftOut leftOut, StreamSession? session, bool isProof = false)
    {
        if (!ReferenceEquals(_reader.Session, session))
            _reader = new Reader(session);
        var length = _buffer.Length;
        return new Chunk(_buffer.Detach(), length, _reader, received, leftOut, isProof);
    }

    private void Write(Kind kind, ReadOnlySpan<byte> type, ReadOnlySpan<byte> data, ReadOnlySpan<byte> id, long extra, ReadOnlySpan<byte> time = default, ReadOnlySpan<byte> trace = default)
    {
        var head = new Head(kind, type.Length, data.Length, time.Length + trace.Length + id.Length, extra);
        var room = _buffer.Reserve(head.Length);
        MemoryMarshal.Write(room, in head);
        room = room[Unsafe.SizeOf<Head>()..];
        type.CopyTo(room);
        data.CopyTo(room[type.Length..]);
        room = room[(type.Length + data.Length)..];
        time.CopyTo(room);
        trace.CopyTo(room[time.Length..]);
        id.CopyTo(room[(time.Length + trace.Length)..]);
        _buffer.Advance(head.Length);
    }

    /// <summary>The header before the bytes of type, data and ID.</summary>
    /// <param name="Kind">What it is.</param>
    /// <param name="Type">The length of its type.</param>
    /// <param name="Data">The length of its data.</param>
    /// <param name="Id">The length of its ID, for an occurrence with its time and its trace context before it.</param>
    /// <param name="Extra">The reconnection time; for an occurrence, the lengths of these two.</param>
    private readonly record struct Head(Kind Kind, int Type, int Data, int Id, long Extra)
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
                            LastEventId = id.IsEmpty ? cursor.LastEventId : id,
                            HasId = !id.IsEmpty,
                            RetryMilliseconds = head.Extra == NoRetry ? null : head.Extra,
                        });
                        break;
                    case Kind.Occurrence:
                        var (time, trace) = ((int)head.Extra, (int)(head.Extra >> 32));
                        sink.OnOccurrence(new SseEvent { Type = type, Data = data, LastEventId = cursor.LastEventId }, id[(time + trace)..], id[..time], id.Slice(time, trace));
                        break;
                    case Kind.Comment:
                        sink.OnComment(data);
                        break;
                    case Kind.Cursor:
                        cursor.MoveTo(id);
                        break;
                    case Kind.Retry:
                        cursor.RetryMilliseconds = head.Extra;
                        break;
                }
            }
        }
    }
}

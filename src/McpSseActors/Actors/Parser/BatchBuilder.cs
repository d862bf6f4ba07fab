using System.Diagnostics;
using System.Text;
using McpSseActors.Actors.Positions;
using McpSseActors.Actors.Router;
using McpSseActors.Connections;
using McpSseActors.Events;
using McpSseActors.Sse;

namespace McpSseActors.Actors.Parser;

/// <summary>
/// Collects the events of one chunk in an event buffer, without an object for each. Only events that do not fit into a
/// buffer are created at once: those with a reconnection time, an invalid payload or a type without a number, events
/// of MCP subscriptions, and comment lines.
/// </summary>
internal sealed class BatchBuilder(string stream, int maxTypes, bool deliverComments, PayloadMappings mappings, StreamCursor cursor)
{
    private const int FewestBytes = 16;
    private const int FewestEntries = 16;
    private const int FewestPooled = 8;
    private const int ShortestPooled = 4096;

    /// <summary>An event with so many bytes is created at once, so that they are not copied twice.</summary>
    private const int LargeFrom = 1024 * 1024;

    /// <summary>A last event ID with so many bytes is shared by the events that follow: a copy for each would know no bound.</summary>
    private const int LongIdFrom = 4096;

    private const int NoVersion = -1;

    private readonly EventTypes _types = new(maxTypes);
    private readonly List<PayloadRejected> _rejected = [];
    private EventOrigin _origin = null!; // Set as long as there is a chunk.
    private readonly PooledBuffer<byte> _bytes = new(FewestBytes);
    private readonly PooledBuffer<EventEntry> _entries = new(FewestEntries);
    private List<McpEvent?>? _made;
    private List<Payload?>? _payloads;
    private readonly List<PayloadMapping?> _mappingOfType = [];
    private ChunkPositions? _positions;
    private int _comments;
    private int _oversized;
    private int _expectedCount;
    private long _madeSize;
    private byte[] _longId = [];
    private int _longIdVersion = NoVersion;
    private (int Offset, int Length) _lastId;

    /// <summary>Gets or sets the links from the events to the span of their attempt.</summary>
    public ActivityLink[]? AttemptLinks { get; set; }

    /// <summary>Gets or sets what lets handlers save positions; null if they don't.</summary>
    public PositionTicket? Ticket { get; set; }

    /// <summary>Gets the bytes of the events since <see cref="Begin"/>.</summary>
    public long Size => _bytes.Length + _madeSize;

    /// <summary>Gets the sink that collects events.</summary>
    public Sink Finds => new(this);

    /// <summary>Starts a chunk, and discards one that was not finished.</summary>
    /// <param name="receivedAt">The time at which it was received.</param>
    /// <param name="length">The number of its bytes, about as many as its events need.</param>
    public void Begin(DateTimeOffset receivedAt, int length)
    {
        Clear();
        _positions = Ticket?.ForChunk();
        _origin = new EventOrigin(stream, receivedAt, AttemptLinks, Positions: _positions);
        _bytes.Expect(length);
    }

    /// <summary>Gets everything since <see cref="Begin"/>. The receiver owns the buffer.</summary>
    /// <param name="epoch">The number of the attempt.</param>
    /// <param name="bytes">The number of bytes received.</param>
    /// <param name="position">The position after the events.</param>
    /// <param name="leftOut">The events that the transport left out.</param>
    /// <param name="chunks">The number of chunks that it counts for.</param>
    /// <param name="isProof">Whether it proves the health of the server even without an event.</param>
    /// <param name="receipt">Told when the events are handled.</param>
    public EventBatch Build(long epoch, int bytes, StreamPosition position, LeftOut leftOut, int chunks = 1, bool isProof = false, IReceipt? receipt = null)
    {
        _positions?.End = position;
        var batch = new EventBatch
        {
            Epoch = epoch,
            Events = TakeEvents(),
            Rejected = [.. _rejected],
            Bytes = bytes,
            Chunks = chunks,
            Comments = _comments,
            LeftOut = leftOut with { Oversized = leftOut.Oversized + _oversized },
            IsProof = isProof,
            Receipt = receipt,
            Position = position,
        };
        Clear();
        return batch;
    }

    // A quiet stream would keep what is not cleared until its next event.
    private void Clear()
    {
        (_origin, _positions) = (null!, null);
        _rejected.Clear();
        _bytes.Clear();
        _entries.Clear();
        _lastId = default;
        (_made, _payloads) = (null, null);
        _madeSize = 0;
        _comments = 0;
        _oversized = 0;
    }

    // Arrays of the pool are too large for a few small events, of which the recent events may keep a thousand.
    private EventBuffer TakeEvents()
    {
        var count = _expectedCount = _entries.Length;
        var (made, payloads) = (Placed(_made), Placed(_payloads));
        if (count < FewestPooled && _bytes.Length < ShortestPooled)
            return new EventBuffer(_origin, _types.Names, _bytes.Written.ToArray(), _entries.Written.ToArray(), count, made, payloads, isPooled: false);
        var (bytes, entries) = (_bytes.Detach(), _entries.Detach());
        return new EventBuffer(_origin, _types.Names, bytes, entries, count, made, payloads, isPooled: SharedArrays<byte>.IsShared(bytes) && SharedArrays<EventEntry>.IsShared(entries));
    }

    private T?[]? Placed<T>(List<T?>? some)
    {
        if (some is null)
            return null;
        var all = new T?[_entries.Length];
        some.CopyTo(all);
        return all;
    }

    private void Add(in SseEvent received, Occurrence? occurrence = null)
    {
        var type = _types.Find(received.Type);
        if (MappingOf(type, received.Type) is { } mapping)
            AddMapped(received, type, mapping, occurrence);
        else if (occurrence is not null || HasNoPlace(received, type))
            AddMade(Make(received, type, occurrence), type);
        else
            AddEntry(type, received);
    }

    private void AddMapped(in SseEvent received, int type, PayloadMapping mapping, Occurrence? occurrence)
    {
        if (mapping.Read(received.Data, out var reason) is not { } payload)
        {
            var made = Make(received, type, occurrence);
            _rejected.Add(new PayloadRejected(made, mapping.PayloadType.ToString(), reason));
            AddMade(made, type);
        }
        else if (occurrence is not null || HasNoPlace(received, type))
        {
            AddMade(Make(received, type, occurrence, payload), type);
        }
        else
        {
            Place(ref _payloads, payload);
            AddEntry(type, received);
        }
    }

    private static bool HasNoPlace(in SseEvent received, int type) => type == EventTypes.Unnumbered || received.RetryMilliseconds is not null
        || received.LastEventId.Length >= LongIdFrom || received.Data.Length >= LargeFrom;

    private PayloadMapping? MappingOf(int type, ReadOnlySpan<byte> name)
    {
        if (type == EventTypes.Unnumbered)
            return mappings.Find(EventTypes.NameOf(name));
        while (_mappingOfType.Count <= type)
            _mappingOfType.Add(mappings.Find(_types.Names[_mappingOfType.Count]));
        return _mappingOfType[type];
    }

    private void AddEntry(int type, in SseEvent received)
    {
        var data = received.Data;
        var id = received.LastEventId;
        var entry = new EventEntry { Type = type, Offset = _bytes.Length, DataLength = data.Length, IdLength = id.Length, HasId = !received.Id.IsEmpty };
        var own = entry.HasId || !id.SequenceEqual(_bytes.Written.Slice(_lastId.Offset, _lastId.Length)) ? id : default;
        if (!own.IsEmpty)
            _lastId = (_bytes.Length + data.Length, own.Length);
        entry.IdOffset = id.IsEmpty ? 0 : _lastId.Offset;
        _entries.Append(entry);
        var room = _bytes.Reserve(data.Length + own.Length);
        data.CopyTo(room);
        own.CopyTo(room[data.Length..]);
        _bytes.Advance(data.Length + own.Length);
    }

    private void AddMade(McpEvent made, int type)
    {
        Place(ref _made, made);
        _madeSize += made.Size;
        _entries.Append(new EventEntry { Type = type });
    }

    // Places something beside the entry that comes next.
    private void Place<T>(ref List<T?>? some, T one)
        where T : class
    {
        some ??= new List<T?>(_expectedCount);
        while (some.Count < _entries.Length)
            some.Add(null);
        some.Add(one);
    }

    private McpEvent Make(in SseEvent received, int type, Occurrence? occurrence, Payload? payload = null)
    {
        TimeSpan? retry = received.RetryMilliseconds is { } milliseconds ? TimeSpan.FromMilliseconds(milliseconds) : null;
        var longId = received.LastEventId.Length >= LongIdFrom ? LongIdOf(received.LastEventId) : null;
        var origin = retry is null && longId is null && occurrence is null ? _origin : _origin with { Rare = new RareParts(retry, LongId: longId, Occurrence: occurrence) };
        var name = type == EventTypes.Unnumbered ? EventTypes.NameOf(received.Type) : _types.Names[type];
        return payload?.ToEvent(origin, name, received.Data, received.LastEventId, !received.Id.IsEmpty)
            ?? new McpEvent(origin, name, received.Data, received.LastEventId, !received.Id.IsEmpty);
    }

    // As long as the cursor stays where it is, the ID is not even compared.
    private byte[] LongIdOf(ReadOnlySpan<byte> id)
    {
        var version = cursor.IsAt(id) ? cursor.Version : NoVersion;
        if ((version == NoVersion || version != _longIdVersion) && !id.SequenceEqual(_longId))
            _longId = id.ToArray();
        _longIdVersion = version;
        return _longId;
    }

    private void AddComment(ReadOnlySpan<byte> comment)
    {
        _comments++;
        if (deliverComments)
            AddMade(new McpEvent(_origin with { Rare = new RareParts(IsComment: true) }, McpEvent.CommentType, comment, [], hasId: false), EventTypes.Unnumbered);
    }

    /// <summary>The builder as a sink; a struct, so that the decoder calls it directly.</summary>
    public readonly struct Sink(BatchBuilder builder) : ISseSink
    {
        public void OnEvent(in SseEvent received) => builder.Add(received);

        public void OnOccurrence(in SseEvent received, ReadOnlySpan<byte> id, ReadOnlySpan<byte> time, ReadOnlySpan<byte> trace) =>
            builder.Add(received, new Occurrence(id.ToArray(), Encoding.UTF8.GetString(time), trace.IsEmpty ? null : Encoding.UTF8.GetString(trace)));

        public void OnComment(ReadOnlySpan<byte> comment) => builder.AddComment(comment);

        public void OnOversized() => builder._oversized++;
    }
}

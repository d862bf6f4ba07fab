using System.Buffers;
using System.Diagnostics;
using McpSseActors.Actors.Router;
using McpSseActors.Connections;
using McpSseActors.Events;
using McpSseActors.Sse;

namespace McpSseActors.Actors.Parser;

/// <summary>
/// Collects what the decoder finds in one chunk: bytes into a slab, without an object for each event. Made at once are only the events
/// that a slab has no place for: those with a reconnection time, a payload that does not fit or a type without a number, and comment lines.
/// </summary>
internal sealed class BatchBuilder(string stream, int maxTypes, bool deliverComments, PayloadMappings mappings)
{
    private const int FewestSlices = 16;
    private const int FewestPooled = 8;
    private const int ShortestPooled = 4096;

    private readonly EventTypes _types = new(maxTypes);
    private readonly List<PayloadRejected> _rejected = [];
    private EventOrigin _origin = new(stream, default);
    private byte[] _bytes = [];
    private int _length;
    private EventEntry[] _slices = [];
    private int _count;
    private List<McpEvent?>? _made;
    private List<Payload?>? _payloads;
    private readonly List<PayloadMapping?> _mappingOfType = [];
    private int _comments;
    private int _oversized;
    private int _expectedBytes;
    private int _expectedSlices;

    /// <summary>What links the events to the span of the attempt that brings them.</summary>
    public ActivityLink[]? AttemptLinks { get; set; }

    /// <summary>What takes the decoder's finds.</summary>
    public Sink Finds => new(this);

    /// <summary>Begins with a chunk; forgets one that broke off.</summary>
    /// <param name="receivedAt">When it was received.</param>
    /// <param name="length">Its bytes: those of its events are hardly more.</param>
    public void Begin(DateTimeOffset receivedAt, int length)
    {
        _expectedBytes = length;
        _origin = new EventOrigin(stream, receivedAt, AttemptLinks);
        _rejected.Clear();
        _length = 0;
        _count = 0;
        _made = null;
        _payloads = null;
        _comments = 0;
        _oversized = 0;
    }

    /// <summary>Everything since <see cref="Begin"/>. The slab is the receiver's.</summary>
    /// <param name="epoch">The attempt.</param>
    /// <param name="bytes">How many bytes came.</param>
    /// <param name="position">The position behind the events.</param>
    /// <param name="leftOut">What the transport left out.</param>
    public EventBatch Build(long epoch, int bytes, StreamPosition position, LeftOut leftOut)
    {
        return new EventBatch
        {
            Epoch = epoch,
            Events = TakeEvents(),
            Rejected = [.. _rejected],
            Bytes = bytes,
            Comments = _comments,
            LeftOut = leftOut with { Oversized = leftOut.Oversized + _oversized },
            Position = position,
        };
    }

    // The pool's arrays are too large for few small events, of which recent events may keep a thousand.
    private EventBuffer TakeEvents()
    {
        if (_count < FewestPooled && _length < ShortestPooled)
            return new EventBuffer(_origin, _types.Names, _bytes[.._length], _slices[.._count], _count, Placed(_made), Placed(_payloads), isPooled: false);
        var events = new EventBuffer(_origin, _types.Names, _bytes, _slices, _count, Placed(_made), Placed(_payloads), isPooled: true);
        (_bytes, _slices) = ([], []);
        _expectedSlices = _count;
        return events;
    }

    private T?[]? Placed<T>(List<T?>? some)
    {
        if (some is null)
            return null;
        var all = new T?[_count];
        some.CopyTo(all);
        return all;
    }

    private void Add(in SseEvent received)
    {
        var type = _types.Find(received.Type);
        if (MappingOf(type, received.Type) is { } mapping)
            AddMapped(received, type, mapping);
        else if (HasNoPlace(received, type))
            AddMade(Make(received, type), type);
        else
            AddSlice(type, received);
    }

    private void AddMapped(in SseEvent received, int type, PayloadMapping mapping)
    {
        if (mapping.Read(received.Data, out var reason) is not { } payload)
        {
            var made = Make(received, type);
            _rejected.Add(new PayloadRejected(made, mapping.PayloadType.ToString(), reason));
            AddMade(made, type);
        }
        else if (HasNoPlace(received, type))
        {
            AddMade(Make(received, type, payload), type);
        }
        else
        {
            Place(ref _payloads, payload);
            AddSlice(type, received);
        }
    }

    private static bool HasNoPlace(in SseEvent received, int type) => type == EventTypes.Unnumbered || received.RetryMilliseconds is not null;

    private PayloadMapping? MappingOf(int type, ReadOnlySpan<byte> name)
    {
        if (type == EventTypes.Unnumbered)
            return mappings.Find(EventTypes.NameOf(name));
        while (_mappingOfType.Count <= type)
            _mappingOfType.Add(mappings.Find(_types.Names[_mappingOfType.Count]));
        return _mappingOfType[type];
    }

    private void AddSlice(int type, in SseEvent received)
    {
        var data = received.Data;
        var id = received.Id;
        var room = Reserve(data.Length + id.Length);
        data.CopyTo(room);
        id.CopyTo(room[data.Length..]);
        NextSlice() = new EventEntry { Type = type, Offset = _length, DataLength = data.Length, IdLength = id.Length };
        _length += data.Length + id.Length;
    }

    private void AddMade(McpEvent made, int type)
    {
        Place(ref _made, made);
        NextSlice() = new EventEntry { Type = type };
    }

    // Puts something beside the slice that comes next.
    private void Place<T>(ref List<T?>? some, T one)
        where T : class
    {
        some ??= new List<T?>(_expectedSlices);
        while (some.Count < _count)
            some.Add(null);
        some.Add(one);
    }

    private McpEvent Make(in SseEvent received, int type, Payload? payload = null)
    {
        var origin = received.RetryMilliseconds is { } retry ? _origin with { Retry = TimeSpan.FromMilliseconds(retry) } : _origin;
        var name = type == EventTypes.Unnumbered ? EventTypes.NameOf(received.Type) : _types.Names[type];
        return payload?.ToEvent(origin, name, received.Data, received.Id) ?? new McpEvent(origin, name, received.Data, received.Id);
    }

    private void AddComment(ReadOnlySpan<byte> comment)
    {
        _comments++;
        if (deliverComments)
            AddMade(new McpEvent(_origin with { IsComment = true }, McpEvent.CommentType, comment, []), EventTypes.Unnumbered);
    }

    private Span<byte> Reserve(int count)
    {
        if (_bytes.Length - _length < count)
            Grow(ref _bytes, _length, checked(_length + count), _expectedBytes);
        return _bytes.AsSpan(_length);
    }

    private ref EventEntry NextSlice()
    {
        if (_count == _slices.Length)
            Grow(ref _slices, _count, _count + FewestSlices, _expectedSlices);
        return ref _slices[_count++];
    }

    private static void Grow<T>(ref T[] array, int used, int needed, int expected)
    {
        var larger = ArrayPool<T>.Shared.Rent(Math.Max(needed, used == 0 ? expected : 2 * used));
        array.AsSpan(0, used).CopyTo(larger);
        if (array.Length > 0)
            ArrayPool<T>.Shared.Return(array);
        array = larger;
    }

    /// <summary>The builder as the decoder's sink; a struct, so that the decoder calls it without indirection.</summary>
    public readonly struct Sink(BatchBuilder builder) : ISseSink
    {
        public void OnEvent(in SseEvent received) => builder.Add(received);

        public void OnComment(ReadOnlySpan<byte> comment) => builder.AddComment(comment);

        public void OnOversized() => builder._oversized++;
    }
}

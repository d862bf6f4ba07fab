namespace McpSseActors.Events;

/// <summary>
/// Events of small batches, packed into one array, so that a kept event takes little more than its bytes: most servers send one event at a time, and a
/// thousand streams keep a thousand events each.
/// </summary>
/// <remarks>
/// An event is a byte of flags, then its type, the lengths of its data and of its last event ID, and the ticks since the first event, each in groups of
/// seven bits with the lowest first; then the bytes of both.
/// </remarks>
/// <param name="first">The batch with which it begins.</param>
/// <param name="length">The bytes that it takes, about.</param>
/// <param name="before">The pack before it, with which it shares what its events share; null for none.</param>
internal sealed class PackedEvents(EventBuffer first, int length, PackedEvents? before) : IKeptEvents
{
    private const int HasId = 1;
    private const int IsRepeat = 2;
    private const int IsRedelivered = 4;
    private const int LongestHead = 1 + (3 * 5) + 10;
    private const int BitsOfGroup = 7;
    private const int More = 1 << BitsOfGroup;

    private readonly EventOrigin _origin = before is not null && before.IsOf(first) ? before._origin : first.SharedOrigin;
    private readonly long _began = first.ReceivedAt.UtcTicks;
    private readonly string[] _types = first.Types;
    private byte[] _bytes = KeptMemory.Rent(length);
    private int _used;

    public int Accepted { get; private set; }

    public long Size => _bytes.Length;

    public IEnumerable<int> Places
    {
        get
        {
            for (var place = 0; place < _used; place = Read(place).End)
                yield return place;
        }
    }

    /// <summary>The most bytes that the accepted events of a batch take.</summary>
    public static int Need(EventBuffer events)
    {
        var need = 0;
        for (var index = 0; index < events.Count; index++)
            need += events.IsAccepted(index) ? LongestHead + events.Data(index).Length + events.LastId(index).Length : 0;
        return need;
    }

    /// <summary>Copies the accepted events of a batch, if there is room and they come from the same attempt.</summary>
    /// <param name="events">The batch.</param>
    /// <param name="need">The most bytes that they take.</param>
    public bool TryAdd(EventBuffer events, int need)
    {
        if (_bytes.Length - _used < need || !IsOf(events))
            return false;
        for (var index = 0; index < events.Count; index++)
        {
            if (events.IsAccepted(index))
                Add(events, index);
        }

        return true;
    }

    public string Type(int place) => _types[Read(place).Type];

    public McpEvent ToEvent(int place)
    {
        var packed = Read(place);
        var data = _bytes.AsSpan(packed.Start, packed.DataLength);
        var lastId = _bytes.AsSpan(packed.Start + packed.DataLength, packed.IdLength);
        return new McpEvent(_origin with { Timestamp = new DateTimeOffset(_began + packed.Ticks, TimeSpan.Zero) }, _types[packed.Type], data, lastId, (packed.Flags & HasId) != 0)
        {
            IsRepeat = (packed.Flags & IsRepeat) != 0,
            Redelivered = (packed.Flags & IsRedelivered) != 0,
        };
    }

    public void Release()
    {
        KeptMemory.Return(_bytes);
        _bytes = [];
        _used = 0;
    }

    private bool IsOf(EventBuffer events) => events.Types == _types && events.AttemptLinks == _origin.AttemptLinks;

    private void Add(EventBuffer events, int index)
    {
        var data = events.Data(index);
        var lastId = events.LastId(index);
        _bytes[_used++] = (byte)((events.HasId(index) ? HasId : 0) | (events.IsRepeat(index) ? IsRepeat : 0) | (events.IsRedelivered(index) ? IsRedelivered : 0));
        Write((ulong)events.TypeNumber(index));
        Write((ulong)data.Length);
        Write((ulong)lastId.Length);
        // The clock may have been set back, so it is a signed number, and 64 bits hold any.
        Write((ulong)(events.ReceivedAt.UtcTicks - _began));
        data.CopyTo(_bytes.AsSpan(_used));
        lastId.CopyTo(_bytes.AsSpan(_used + data.Length));
        _used += data.Length + lastId.Length;
        Accepted++;
    }

    private void Write(ulong value)
    {
        for (; value >= More; value >>= BitsOfGroup)
            _bytes[_used++] = (byte)(value | More);
        _bytes[_used++] = (byte)value;
    }

    private Packed Read(int place)
    {
        var flags = _bytes[place++];
        var (type, dataLength, idLength, ticks) = ((int)Next(), (int)Next(), (int)Next(), (long)Next());
        return new Packed(flags, type, dataLength, idLength, ticks, place);

        ulong Next()
        {
            var (value, shift) = (0UL, 0);
            for (; _bytes[place] >= More; shift += BitsOfGroup)
                value |= (ulong)(_bytes[place++] & (More - 1)) << shift;
            return value | ((ulong)_bytes[place++] << shift);
        }
    }

    private readonly record struct Packed(byte Flags, int Type, int DataLength, int IdLength, long Ticks, int Start)
    {
        public int End => Start + DataLength + IdLength;
    }
}

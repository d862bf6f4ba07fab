using System.Buffers;
using System.Diagnostics;
using System.Diagnostics.CodeAnalysis;
using System.Text;

namespace McpSseActors.Events;

/// <summary>
/// The events of one read from the network, their bytes in one piece of memory, mostly pooled, so that an event costs no object until it is kept. It
/// goes back to the pool when everyone who held it has let go. Who forgets to, or dies before, costs the collector a little work, and no harm comes of it.
/// </summary>
/// <param name="origin">What the events share.</param>
/// <param name="types">The types by their numbers.</param>
/// <param name="bytes">The bytes.</param>
/// <param name="entries">Where the events lie.</param>
/// <param name="count">How many there are.</param>
/// <param name="made">Those that were made at once, at their places; null if there is none.</param>
/// <param name="payloads">The payloads of the others, at their places; null if there is none.</param>
/// <param name="isPooled">Whether the arrays are of the pool.</param>
internal sealed class EventBuffer(
    EventOrigin origin, string[] types, byte[] bytes, EventEntry[] entries, int count, McpEvent?[]? made, Payload?[]? payloads, bool isPooled)
    : IKeptEvents
{
    private byte[] _bytes = bytes;
    private EventEntry[] _entries = entries;
    private int[] _places = [];
    private int _holders = 1;

    /// <summary>The places of what handlers want of the only event.</summary>
    private static readonly int[] Zeros = new int[16];

    public int Count => count;

    /// <summary>Gets what it holds of memory, in bytes.</summary>
    public long Size => _bytes.Length + (made?.Sum(known => (long)(known?.Size ?? 0)) ?? 0);

    /// <summary>Gets what links the events to the span of the attempt that brought them.</summary>
    public ActivityLink[]? AttemptLinks => origin.AttemptLinks;

    /// <summary>Gets when the events were received.</summary>
    public DateTimeOffset ReceivedAt => origin.Timestamp;

    public string[] Types => types;

    /// <summary>Gets the events that <see cref="EventEntry.IsAccepted"/>.</summary>
    public int Accepted { get; private set; }

    public IEnumerable<int> Places => Enumerable.Range(0, count).Where(IsAccepted);

    /// <summary>Gets what the events share that were not made at once.</summary>
    public EventOrigin SharedOrigin => origin;

    /// <summary>Gets whether the events are nothing but bytes, and few of them.</summary>
    public bool IsPackable => !isPooled && made is null && payloads is null && origin.Positions is null;

    /// <summary>Events that exist already.</summary>
    public static EventBuffer Of(params ReadOnlySpan<McpEvent> events)
    {
        var entries = new EventEntry[events.Length];
        entries.AsSpan().Fill(new EventEntry { Type = EventTypes.Unnumbered });
        return new EventBuffer(new EventOrigin("", default), [], [], entries, events.Length, events.ToArray(), payloads: null, isPooled: false);
    }

    public void Retain(int holders = 1) => Interlocked.Add(ref _holders, holders);

    /// <summary>The caller looks at it no more.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref _holders) > 0)
            return;
        Return(ref _bytes);
        Return(ref _entries);
        Return(ref _places);
    }

    /// <summary>Gets memory for the places of events, which all holders may read; it begins with zeros if there is only one event.</summary>
    public int[] TakePlaces(int length)
    {
        if (count == 1 && length <= Zeros.Length)
            return Zeros;
        if (!isPooled || _places.Length > 0)
            return new int[length];
        return _places = ArrayPool<int>.Shared.Rent(length);
    }

    /// <summary>The number of an event's type, or <see cref="EventTypes.Unnumbered"/>.</summary>
    public int TypeNumber(int index) => _entries[index].Type;

    public string Type(int index) => TryGetMade(index, out var known) ? known.EventType : types[_entries[index].Type];

    public ReadOnlySpan<byte> Data(int index) =>
        TryGetMade(index, out var known) ? known.Utf8Data.Span : _bytes.AsSpan(_entries[index].Offset, _entries[index].DataLength);

    /// <summary>The event's own ID; empty where it has none.</summary>
    public ReadOnlySpan<byte> Id(int index)
    {
        if (TryGetMade(index, out var known))
            return known.Utf8Id;
        return _entries[index].HasId ? LastId(index) : default;
    }

    /// <summary>The last event ID as of the event; empty for none.</summary>
    public ReadOnlySpan<byte> LastId(int index) =>
        TryGetMade(index, out var known) ? known.Utf8LastId : _bytes.AsSpan(_entries[index].IdOffset, _entries[index].IdLength);

    /// <summary>Whether the last event ID is the event's own.</summary>
    public bool HasId(int index) => _entries[index].HasId;

    /// <summary>Whether it has its own ID, and is not a repeat.</summary>
    public bool IsIdentified(int index) => !IsRepeat(index) && !Id(index).IsEmpty;

    /// <summary>The number of events that <see cref="IsIdentified"/>.</summary>
    public int CountIdentified()
    {
        var identified = 0;
        for (var index = 0; index < count; index++)
            identified += IsIdentified(index) ? 1 : 0;
        return identified;
    }

    public EventOrigin Origin(int index) => Made(index)?.Origin ?? origin;

    /// <summary>The position of an event, for its handler.</summary>
    public EventPosition Position(int index) =>
        EventPosition.Of(Origin(index), IsMoving(index) ? Encoding.UTF8.GetString(LastId(index)) : null);

    /// <summary>Whether the position moves when the event is handled.</summary>
    public bool IsMoving(int index) => !IsComment(index) && !IsRepeat(index);

    public bool IsComment(int index) => TryGetMade(index, out var known) && known.IsComment;

    /// <summary>Whether it is an event of an MCP subscription.</summary>
    public bool IsOccurrence(int index) => Made(index)?.Origin.Occurrence is not null;

    public bool IsAccepted(int index) => _entries[index].IsAccepted;

    public void Accept(int index)
    {
        _entries[index].IsAccepted = true;
        Accepted++;
    }

    /// <summary>The event if it was made at once; null otherwise.</summary>
    public McpEvent? Made(int index) => made?[index];

    /// <summary>The event as an object that owns its bytes; a new one unless it was made at once.</summary>
    public McpEvent ToEvent(int index)
    {
        if (TryGetMade(index, out var known))
            return known;
        var type = types[_entries[index].Type];
        var hasId = _entries[index].HasId;
        var created = payloads?[index]?.ToEvent(origin, type, Data(index), LastId(index), hasId)
            ?? (OwnsAll(_entries[index]) ? new McpEvent(origin, type, _bytes, _entries[index].DataLength, hasId)
                : new McpEvent(origin, type, Data(index), LastId(index), hasId));
        created.Redelivered = IsRedelivered(index);
        created.IsRepeat = IsRepeat(index);
        return created;
    }

    /// <summary>The payload of an event, where it has one of this type.</summary>
    public bool TryGetPayload<T>(int index, [NotNullWhen(true)] out T? payload)
        where T : notnull
    {
        payload = default;
        if (payloads?[index] is Payload<T> read)
            payload = read.Value;
        else if (Made(index) is McpEvent<T> known)
            payload = known.Payload;
        else
            return false;
        return true;
    }

    public bool IsRepeat(int index) => _entries[index].IsRepeat;

    /// <summary>Marks an event that no handler has got yet.</summary>
    public void MarkRepeat(int index)
    {
        _entries[index].IsRepeat = true;
        if (TryGetMade(index, out var known))
            known.IsRepeat = true;
        MarkRedelivered(index);
    }

    public bool IsRedelivered(int index) => TryGetMade(index, out var known) ? known.Redelivered : _entries[index].IsRedelivered;

    /// <summary>Marks an event that no handler has got yet from this process, but perhaps from a former one.</summary>
    public void MarkRedelivered(int index)
    {
        _entries[index].IsRedelivered = true;
        if (TryGetMade(index, out var known))
            known.Redelivered = true;
    }

    // The only event of a read can take the bytes over: they lie as it keeps them.
    private bool OwnsAll(in EventEntry entry) => !isPooled && count == 1 && entry.DataLength + entry.IdLength == _bytes.Length;

    private bool TryGetMade(int index, [NotNullWhen(true)] out McpEvent? known)
    {
        known = Made(index);
        return known is not null;
    }

    // A reader that looks at it by mistake finds nothing, and not the bytes of another buffer.
    private void Return<T>(ref T[] array)
    {
        if (isPooled && array.Length > 0)
            ArrayPool<T>.Shared.Return(array);
        array = [];
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Text;
using McpSseActors.Events;

namespace McpSseActors;

/// <summary>The events of a batch, to be walked with <c>foreach</c> while they are handled. It cannot be stored.</summary>
public readonly ref struct EventBatchView
{
    private readonly McpEventBatch _batch;
    private readonly EventBuffer _events;
    private readonly ReadOnlySpan<int> _picked;

    internal EventBatchView(McpEventBatch batch, EventBuffer events, ReadOnlySpan<int> picked)
    {
        _batch = batch;
        _events = events;
        _picked = picked;
    }

    /// <summary>How many there are.</summary>
    public int Count => _picked.Length;

    /// <summary>Gets the position of the last event, for a handler that saves it in a transaction: all events of the batch are handled.</summary>
    /// <exception cref="InvalidOperationException">As <see cref="McpEvent.Position"/> throws.</exception>
    public EventPosition Position
    {
        get
        {
            var last = _picked.Length - 1;
            while (last > 0 && !_events.IsMoving(_picked[last]))
                last--;
            return _events.Position(_picked[last]);
        }
    }

    /// <summary>Walks the events in the order of the stream.</summary>
    public Enumerator GetEnumerator() => new(_batch, _events, _picked);

    /// <summary>Walks the events in the order of the stream.</summary>
    public ref struct Enumerator
    {
        private readonly McpEventBatch _batch;
        private readonly EventBuffer _events;
        private readonly ReadOnlySpan<int> _picked;
        private int _index = -1;

        internal Enumerator(McpEventBatch batch, EventBuffer events, ReadOnlySpan<int> picked)
        {
            _batch = batch;
            _events = events;
            _picked = picked;
        }

        /// <summary>The current event.</summary>
        public readonly EventView Current => new(_events, _picked[_index]);

        /// <summary>Moves to the next event; false after the last.</summary>
        public bool MoveNext() => ++_index < _picked.Length;

        /// <summary>Notes the event at which the walk ended: if the handler threw, it did not come to those after it.</summary>
        public readonly void Dispose() => _batch.Reached = _index < _picked.Length ? _index + 1 : 0;
    }
}

/// <summary>One event of a batch. It cannot be stored, nor can its data: <see cref="ToEvent"/> gives an event that can.</summary>
public readonly ref struct EventView
{
    private readonly EventBuffer _events;
    private readonly int _index;

    internal EventView(EventBuffer events, int index)
    {
        _events = events;
        _index = index;
    }

    /// <summary>The event's type; <c>message</c> where the server gave none.</summary>
    public string EventType => _events.Type(_index);

    /// <summary>The data as UTF-8, unchanged but for invalid sequences, which are U+FFFD.</summary>
    public ReadOnlySpan<byte> Utf8Data => _events.Data(_index);

    /// <summary>The ID that the event itself carries, as UTF-8; empty where it has none.</summary>
    public ReadOnlySpan<byte> Utf8EventId => _events.Id(_index);

    /// <summary>The ID as text, created on each call; null if the event has none.</summary>
    public string? EventId => Utf8EventId.IsEmpty ? null : Encoding.UTF8.GetString(Utf8EventId);

    /// <summary>The last event ID as of the event, as UTF-8: its own, or the one that an earlier event set; empty if there is none.</summary>
    public ReadOnlySpan<byte> Utf8LastEventId => _events.LastId(_index);

    /// <summary>The last event ID as text, created on each call; empty if there is none.</summary>
    public string LastEventId => Encoding.UTF8.GetString(Utf8LastEventId);

    /// <summary>Gets the position of the event, for a handler that saves it in a transaction.</summary>
    /// <exception cref="InvalidOperationException">As <see cref="McpEvent.Position"/> throws.</exception>
    public EventPosition Position => _events.Position(_index);

    /// <summary>Gets whether the event is, or may be, a repeat of one delivered before.</summary>
    public bool Redelivered => _events.IsRedelivered(_index);

    /// <summary>When the event was received, UTC.</summary>
    public DateTimeOffset Timestamp => _events.Origin(_index).Timestamp;

    /// <summary>The name of the stream that the event came by.</summary>
    public string Stream => _events.Origin(_index).Stream;

    /// <summary>The payload, already read, where the event's type is mapped to this one (<c>MapPayload</c>) and its data fit. It may be kept.</summary>
    /// <typeparam name="T">The type to which it is mapped.</typeparam>
    /// <param name="payload">The payload. All handlers get the same one, at the same time: do not change it.</param>
    /// <returns>Whether there is one.</returns>
    public bool TryGetPayload<T>([NotNullWhen(true)] out T? payload)
        where T : notnull => _events.TryGetPayload(_index, out payload);

    /// <summary>The event to keep, with its ID and its text; an <see cref="McpEvent{T}"/> where its type is mapped and its payload fits.</summary>
    public McpEvent ToEvent() => _events.ToEvent(_index);
}

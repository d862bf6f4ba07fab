using McpSseActors.Events;

namespace McpSseActors.Handlers;

/// <summary>The events of a batch, to be walked with <c>foreach</c> while they are handled. It cannot be stored.</summary>
public readonly ref struct EventBatchView
{
    private readonly ReadOnlySpan<McpEvent> _events;

    internal EventBatchView(ReadOnlySpan<McpEvent> events) => _events = events;

    /// <summary>How many there are.</summary>
    public int Count => _events.Length;

    /// <summary>Walks the events in the order of the stream.</summary>
    public Enumerator GetEnumerator() => new(_events);

    /// <summary>Walks the events in the order of the stream.</summary>
    public ref struct Enumerator
    {
        private ReadOnlySpan<McpEvent>.Enumerator _events;

        internal Enumerator(ReadOnlySpan<McpEvent> events) => _events = events.GetEnumerator();

        /// <summary>The event at hand.</summary>
        public readonly EventView Current => new(_events.Current);

        /// <summary>Goes to the next event; false behind the last.</summary>
        public bool MoveNext() => _events.MoveNext();
    }
}

/// <summary>One event of a batch. It cannot be stored, nor can its data: <see cref="ToEvent"/> gives an event that can.</summary>
public readonly ref struct EventView
{
    private readonly McpEvent _event;

    internal EventView(McpEvent received) => _event = received;

    /// <summary>The event's type; <c>message</c> where the server gave none.</summary>
    public string EventType => _event.EventType;

    /// <summary>The data as UTF-8, unchanged but for invalid sequences, which are U+FFFD.</summary>
    public ReadOnlySpan<byte> Utf8Data => _event.Utf8Data.Span;

    /// <summary>The ID that the event itself carries; null where it has none.</summary>
    public string? EventId => _event.EventId;

    /// <summary>When the event was received, UTC.</summary>
    public DateTimeOffset Timestamp => _event.Timestamp;

    /// <summary>The name of the stream that the event came by.</summary>
    public string Stream => _event.Stream;

    /// <summary>The event to keep; an <see cref="McpEvent{T}"/> where its type is mapped and its payload fits.</summary>
    public McpEvent ToEvent() => _event;
}

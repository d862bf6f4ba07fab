namespace McpSseActors.Actors.Router;

/// <summary>
/// The events that wait for a handler, in order. Bounded in number and in bytes; one event that is itself longer than the bound may wait.
/// </summary>
internal sealed class OverflowQueue(HandlerOverflow rule, int capacity, long maxBytes)
{
    private readonly Queue<McpEvent> _events = new();
    private long _bytes;

    /// <summary>The number of events that wait, without comment lines.</summary>
    public int Events { get; private set; }

    public bool IsEmpty => _events.Count == 0;

    /// <summary>Adds an event, and drops others to make room.</summary>
    /// <returns>The number of events dropped, without comment lines.</returns>
    public int Add(McpEvent received)
    {
        var dropped = 0;
        if (rule is HandlerOverflow.DropNewest && !HasRoom(received))
            return NumberOf(received);
        while (!HasRoom(received))
            dropped += NumberOf(Take());
        _events.Enqueue(received);
        _bytes += received.Size;
        Events += NumberOf(received);
        return dropped;
    }

    /// <summary>Removes the oldest events.</summary>
    public McpEvent[] Take(int count)
    {
        var taken = new McpEvent[Math.Min(count, _events.Count)];
        for (var i = 0; i < taken.Length; i++)
            taken[i] = Take();
        return taken;
    }

    private bool HasRoom(McpEvent received) => IsEmpty || (_events.Count < capacity && _bytes + received.Size <= maxBytes);

    private McpEvent Take()
    {
        var oldest = _events.Dequeue();
        _bytes -= oldest.Size;
        Events -= NumberOf(oldest);
        return oldest;
    }

    // Statistics do not count a comment line as an event.
    private static int NumberOf(McpEvent received) => received.IsComment ? 0 : 1;
}

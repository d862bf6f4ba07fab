namespace McpSseActors.Actors.Router;

/// <summary>
/// The events that wait for a handler, in order. Bounded in number and in bytes; of an event that alone is longer than the bound, one may wait.
/// </summary>
internal sealed class OverflowQueue(HandlerOverflow rule, int capacity, long maxBytes)
{
    private readonly Queue<McpEvent> _events = new();
    private long _bytes;

    /// <summary>How many events wait, comment lines apart.</summary>
    public int Events { get; private set; }

    public bool IsEmpty => _events.Count == 0;

    /// <summary>Adds an event, and drops some if there is no room. Gives how many were dropped, comment lines apart.</summary>
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

    /// <summary>Takes the oldest events.</summary>
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

    // A comment line is no event: no statistics count it as one.
    private static int NumberOf(McpEvent received) => received.IsComment ? 0 : 1;
}

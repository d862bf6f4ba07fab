using System.Buffers;

namespace McpSseActors.Events;

/// <summary>The events of a buffer as objects, made when the first of several handlers comes to them, and shared by the others.</summary>
/// <param name="events">The events.</param>
/// <param name="holders">The handlers, each of which releases it.</param>
internal sealed class MadeEvents(EventBuffer events, int holders)
{
    private McpEvent?[] _made = ArrayPool<McpEvent?>.Shared.Rent(events.Count);

    /// <summary>The event at an index.</summary>
    public McpEvent Get(int index)
    {
        if (Volatile.Read(ref _made[index]) is { } known)
            return known;
        var made = events.ToEvent(index);
        return Interlocked.CompareExchange(ref _made[index], made, null) ?? made;
    }

    /// <summary>The caller takes no more events.</summary>
    public void Release()
    {
        if (Interlocked.Decrement(ref holders) > 0)
            return;
        ArrayPool<McpEvent?>.Shared.Return(_made, clearArray: true);
        _made = [];
    }
}

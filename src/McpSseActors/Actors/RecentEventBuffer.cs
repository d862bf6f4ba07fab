using System.Collections.Immutable;
using McpSseActors.Events;

namespace McpSseActors.Actors;

/// <summary>The newest events, bounded in number and in bytes; the oldest go first.</summary>
internal sealed class RecentEventBuffer(int maxCount, long maxBytes)
{
    private readonly Queue<McpEvent> _events = new();
    private int _maxCount = maxCount;
    private long _bytes;

    public int Count => _events.Count;

    public void Add(ReadOnlySpan<McpEvent> received)
    {
        foreach (var one in received[Math.Max(0, received.Length - _maxCount)..])
            Add(one);
    }

    public ImmutableArray<McpEvent> Newest(int count) => [.. _events.Skip(_events.Count - Math.Max(count, 0))];

    public ImmutableArray<McpEvent> Newest(EventPattern pattern, int count)
    {
        var matching = _events.Where(e => pattern.Matches(e.EventType)).ToList();
        return [.. matching.Skip(matching.Count - Math.Max(count, 0))];
    }

    /// <summary>Bounds the number anew.</summary>
    public void Resize(int count)
    {
        _maxCount = count;
        Trim();
    }

    public void Clear()
    {
        _events.Clear();
        _bytes = 0;
    }

    private void Add(McpEvent received)
    {
        _events.Enqueue(received);
        _bytes += received.Size;
        Trim();
    }

    private void Trim()
    {
        while (_events.Count > _maxCount || (_bytes > maxBytes && _events.Count > 0))
            _bytes -= _events.Dequeue().Size;
    }
}

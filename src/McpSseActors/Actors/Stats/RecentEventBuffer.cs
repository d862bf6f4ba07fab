using System.Collections.Immutable;
using McpSseActors.Events;

namespace McpSseActors.Actors.Stats;

/// <summary>
/// The newest events, bounded in number and in bytes; the oldest are dropped first. They are kept by batch, so the bound in bytes drops whole
/// batches; the last batch stays, regardless of its size.
/// </summary>
internal sealed class RecentEventBuffer(int maxCount, long maxBytes)
{
    private readonly Queue<EventBuffer> _batches = new();
    private int _maxCount = maxCount;
    private int _kept;
    private long _bytes;

    public int Count => Math.Min(_kept, _maxCount);

    /// <summary>Adds the accepted events of a batch, and releases it once newer ones have replaced them.</summary>
    public void Add(EventBuffer batch)
    {
        if (batch.Accepted == 0)
        {
            batch.Release();
            return;
        }

        _batches.Enqueue(batch);
        _kept += batch.Accepted;
        _bytes += batch.Size;
        Trim();
    }

    public ImmutableArray<McpEvent> Newest(int count) => Newest(_ => true, count);

    public ImmutableArray<McpEvent> Newest(EventPattern pattern, int count) => Newest(pattern.Matches, count);

    /// <summary>Changes the bound in number.</summary>
    public void Resize(int count)
    {
        _maxCount = count;
        Trim();
    }

    public void Clear()
    {
        while (_batches.Count > 0)
            DropOldest();
    }

    private ImmutableArray<McpEvent> Newest(Func<string, bool> isWanted, int count)
    {
        var wanted = Recent().Where(e => isWanted(e.Batch.Type(e.Index))).ToList();
        return [.. wanted.Skip(wanted.Count - Math.Max(count, 0)).Select(e => e.Batch.ToEvent(e.Index))];
    }

    private IEnumerable<(EventBuffer Batch, int Index)> Recent() => _batches
        .SelectMany(batch => Enumerable.Range(0, batch.Count).Where(batch.IsAccepted).Select(index => (batch, index)))
        .Skip(_kept - Count);

    private void Trim()
    {
        while (_batches.Count > 1 && (_kept - _batches.Peek().Accepted >= _maxCount || _bytes > maxBytes))
            DropOldest();
    }

    private void DropOldest()
    {
        var oldest = _batches.Dequeue();
        _kept -= oldest.Accepted;
        _bytes -= oldest.Size;
        oldest.Release();
    }
}

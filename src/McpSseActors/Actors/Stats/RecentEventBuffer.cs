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
    private long _newest;

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
        _newest += batch.Accepted;
        _bytes += batch.Size;
        Trim();
    }

    /// <summary>Finds the newest events.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="pattern">Their types; null for all.</param>
    /// <param name="count">The maximum number.</param>
    /// <param name="after">The number of the last event that is known.</param>
    public RecentEvents Newest(string stream, EventPattern? pattern, int count, long after = 0)
    {
        var oldest = _newest - Count + 1;
        var wanted = Recent().Select((e, place) => (e.Batch, e.Index, Sequence: oldest + place))
            .Skip((int)Math.Clamp(after + 1 - oldest, 0, Count))
            .Where(e => pattern is null || pattern.Matches(e.Batch.Type(e.Index))).ToList();
        wanted.RemoveRange(0, wanted.Count - Math.Clamp(count, 0, wanted.Count));
        return new RecentEvents(stream, [.. wanted.Select(e => e.Batch.ToEvent(e.Index))])
        {
            Sequences = [.. wanted.Select(e => e.Sequence)],
            OldestSequence = oldest,
            NewestSequence = _newest,
        };
    }

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

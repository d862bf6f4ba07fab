using McpSseActors.Events;

namespace McpSseActors.Actors.Stats;

/// <summary>
/// The newest events, bounded in number and in bytes; the oldest are dropped first. Large batches are kept as they are and small ones are packed
/// together, so the bound in bytes drops several events at once; the last batch stays, regardless of its size.
/// </summary>
internal sealed class RecentEventBuffer(int maxCount, long maxBytes)
{
    private const int SmallestPack = 256;
    private const int Growth = 4;
    private const int LargestPack = KeptMemory.Length;

    /// <summary>A batch that needs more bytes is kept as it is.</summary>
    private const int MostPacked = 1024;

    private readonly Queue<IKeptEvents> _batches = new();
    private int _maxCount = maxCount;
    private PackedEvents? _pack;
    private int _kept;
    private long _bytes;
    private long _newest;

    public int Count => Math.Min(_kept, _maxCount);

    /// <summary>Gets what the events hold of memory, in bytes.</summary>
    public long Size => _bytes;

    /// <summary>Adds the accepted events of a batch, and releases it once it is packed, or newer ones have replaced them.</summary>
    public void Add(EventBuffer batch)
    {
        if (batch.Accepted == 0)
        {
            batch.Release();
            return;
        }

        _kept += batch.Accepted;
        _newest += batch.Accepted;
        if (batch.IsPackable && PackedEvents.Need(batch) is var need and <= MostPacked)
            Pack(batch, need);
        else
            Append(batch);
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
        var wanted = Recent().Select((e, index) => (e.Batch, e.Place, Sequence: oldest + index))
            .Skip((int)Math.Clamp(after + 1 - oldest, 0, Count))
            .Where(e => pattern is null || pattern.Matches(e.Batch.Type(e.Place))).ToList();
        wanted.RemoveRange(0, wanted.Count - Math.Clamp(count, 0, wanted.Count));
        return new RecentEvents(stream, [.. wanted.Select(e => e.Batch.ToEvent(e.Place))])
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

    private void Append(IKeptEvents batch)
    {
        _pack = batch as PackedEvents;
        _batches.Enqueue(batch);
        _bytes += batch.Size;
    }

    // The first packs are small, as most streams have few events.
    private void Pack(EventBuffer batch, int need)
    {
        if (_pack is null || !_pack.TryAdd(batch, need))
        {
            var length = Math.Min(Growth * (_pack?.Size ?? SmallestPack / Growth), Math.Min(LargestPack, maxBytes / 4));
            Append(new PackedEvents(batch, Math.Max(need, (int)length), _pack));
            _pack!.TryAdd(batch, need);
        }

        batch.Release();
    }

    private IEnumerable<(IKeptEvents Batch, int Place)> Recent() => _batches
        .SelectMany(batch => batch.Places.Select(place => (batch, place)))
        .Skip(_kept - Count);

    private void Trim()
    {
        while (_batches.Count > 1 && (_kept - _batches.Peek().Accepted >= _maxCount || _bytes > maxBytes))
            DropOldest();
    }

    private void DropOldest()
    {
        var oldest = _batches.Dequeue();
        if (oldest == _pack)
            _pack = null;
        _kept -= oldest.Accepted;
        _bytes -= oldest.Size;
        oldest.Release();
    }
}

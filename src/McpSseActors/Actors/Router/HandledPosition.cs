using System.Diagnostics;
using McpSseActors.Actors.Positions;
using McpSseActors.Sse;

namespace McpSseActors.Actors.Router;

/// <summary>
/// Follows the position up to which every handler has finished: batches are finished out of order, and the position is that of the newest one
/// before which all are. It stays where it is for good once a handler that failed was stopped with events that it had not finished, and as long as a
/// dead letter that the stream does not wait for is not kept.
/// </summary>
/// <param name="start">Where it begins.</param>
/// <param name="ticket">What lets handlers save positions; null if they don't.</param>
/// <param name="pause">How long a move may wait for the next, if more batches are in flight; null for the default. A fast stream moves thousands of times a second.</param>
internal sealed class HandledPosition(StreamPosition start, PositionTicket? ticket = null, TimeSpan? pause = null)
{
    /// <summary>The events that are dispatched after a position that stays where it is, before it is told again.</summary>
    public const int MostUntold = 1000;

    private const int FewEvents = 32;
    private const int FewBatches = 1024;
    private const int MostJoined = 1 << 30;
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan DefaultPause = TimeSpan.FromMilliseconds(5);

    private readonly TimeSpan _pause = pause ?? DefaultPause;
    private readonly Queue<BatchInFlight> _batches = new();
    private StreamPosition? _moved;
    private StreamPosition _told = start;
    private long _toldAt;
    private long _toldAhead;
    private int _manyBatches = FewBatches;
    private bool _isSlow = true;

    /// <summary>
    /// The most events that make one batch. Small batches let the position move on under a slow handler, and cost a fast one too much; handlers
    /// count as slow until they have finished a chunk fast.
    /// </summary>
    public int BatchLength => _isSlow && !IsFrozen ? FewEvents : int.MaxValue;

    /// <summary>Whether it stays where it is.</summary>
    public bool IsFrozen { get; private set; }

    /// <summary>Whether a new process would get no event again of those that follow: it would not know after which to ask for them.</summary>
    public bool IsAtStart => (_moved ?? _told).LastEventId.Length == 0;

    /// <summary>Whether it stays where it is, for good or as long as a dead letter waits.</summary>
    public bool IsHeld => IsFrozen || Oldest is { LettersToKeep: > 0 };

    /// <summary>The batch that follows it; null if everything is handled.</summary>
    public BatchInFlight? Oldest => _batches.TryPeek(out var oldest) ? oldest : null;

    /// <summary>The events after it that were dispatched.</summary>
    public long Ahead
    {
        get;
        private set
        {
            field = value;
            ticket?.Ahead = (int)Math.Min(value, int.MaxValue);
        }
    }

    /// <summary>The events before it that were dispatched, all in all.</summary>
    public long Handled { get; private set; }

    /// <summary>Gets whether handlers save it themselves.</summary>
    public bool IsSavedByHandlers => ticket is not null;

    /// <summary>Whether a batch is one of those that it waits for.</summary>
    public bool Follows(BatchInFlight batch) => _batches.Contains(batch);

    /// <summary>A batch was dispatched.</summary>
    public void Add(BatchInFlight batch)
    {
        Ahead += batch.Dispatched;
        if (IsFrozen)
            return;
        // Not after it is added: until its deliveries begin, it looks handled.
        if (_batches.Count >= _manyBatches)
            Join();
        _batches.Enqueue(batch);
    }

    /// <summary>A handler has stopped: it gets nothing of what follows, so no later batch will be handled.</summary>
    public void Freeze() => IsFrozen = true;

    /// <summary>Every handler has finished a chunk. A few events finished fast say nothing of many.</summary>
    public void Measure(ChunkInFlight chunk)
    {
        var isSlow = Stopwatch.GetElapsedTime(chunk.DispatchedAt) > Slow;
        if (isSlow || chunk.Dispatched >= FewEvents)
            _isSlow = isSlow;
    }

    /// <summary>Moves on, over batches that are handled.</summary>
    /// <param name="isEnding">Whether the stream is ending: what is known by then is told.</param>
    /// <returns>
    /// The new position, or the old one if many more events were dispatched since; null if there is nothing to tell, or the move waits for the next.
    /// </returns>
    public PositionHandled? Move(bool isEnding = false)
    {
        while (_batches.TryPeek(out var oldest) && oldest.IsHandled)
        {
            _moved = _batches.Dequeue().Position;
            Ahead -= oldest.Dispatched;
            Handled += oldest.Dispatched;
        }

        var isAhead = Ahead - _toldAhead >= (isEnding ? 1 : MostUntold);
        if ((_moved is null && !isAhead) || (MayWait && !isEnding))
            return null;
        var told = new PositionHandled(_moved ?? _told, Ahead, Handled) { IsAgain = _moved is null };
        (_toldAt, _toldAhead) = (Stopwatch.GetTimestamp(), Ahead);
        (_told, _moved) = (told.Position, null);
        return told;
    }

    // What is under suspicion is known by the position before it.
    private bool MayWait => !IsFrozen && Oldest is { Suspicion: null, Deliveries: > 0 } && Stopwatch.GetElapsedTime(_toldAt) < _pause;

    // What waits for a dead letter may grow as long as the stream goes on. Batches that are handled, one after the other, are as good as one.
    private void Join()
    {
        var joined = new List<BatchInFlight>();
        foreach (var batch in _batches)
        {
            if (batch.IsHandled && joined is [.., { IsHandled: true, Dispatched: < MostJoined } before])
                joined[^1] = batch with { Dispatched = before.Dispatched + batch.Dispatched };
            else
                joined.Add(batch);
        }

        _batches.Clear();
        joined.ForEach(_batches.Enqueue);
        _manyBatches = Math.Max(FewBatches, 2 * joined.Count);
    }
}

using System.Diagnostics;
using McpSseActors.Actors.Positions;
using McpSseActors.Sse;

namespace McpSseActors.Actors.Router;

/// <summary>
/// Follows the position up to which every handler has finished: batches are finished out of order, and the position is that of the newest one
/// before which all are. It stays where it is for good once a handler that failed was stopped with events that it had not finished.
/// </summary>
/// <param name="ticket">What lets handlers save positions; null if they don't.</param>
/// <param name="pause">How long a move may wait for the next, if more batches are in flight; null for the default. A fast stream moves thousands of times a second.</param>
internal sealed class HandledPosition(PositionTicket? ticket = null, TimeSpan? pause = null)
{
    private const int FewEvents = 32;
    private static readonly TimeSpan Slow = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan DefaultPause = TimeSpan.FromMilliseconds(5);

    private readonly TimeSpan _pause = pause ?? DefaultPause;
    private readonly Queue<BatchInFlight> _batches = new();
    private StreamPosition? _moved;
    private long _toldAt;
    private bool _isSlow = true;

    /// <summary>
    /// The most events that make one batch. Small batches let the position move on under a slow handler, and cost a fast one too much; handlers
    /// count as slow until they have finished a chunk fast.
    /// </summary>
    public int BatchLength => _isSlow && !IsFrozen ? FewEvents : int.MaxValue;

    /// <summary>Whether it stays where it is.</summary>
    public bool IsFrozen { get; private set; }

    /// <summary>The batch that follows it; null if everything is handled.</summary>
    public BatchInFlight? Oldest => _batches.TryPeek(out var oldest) ? oldest : null;

    /// <summary>The events after it that were dispatched.</summary>
    public int Ahead
    {
        get;
        private set
        {
            field = value;
            ticket?.Ahead = value;
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
        if (IsFrozen)
            return;
        _batches.Enqueue(batch);
        Ahead += batch.Dispatched;
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
    /// <returns>The new position; null if it stays where it was, or the move waits for the next.</returns>
    public StreamPosition? Move()
    {
        while (_batches.TryPeek(out var oldest) && oldest.IsHandled)
        {
            _moved = _batches.Dequeue().Position;
            Ahead -= oldest.Dispatched;
            Handled += oldest.Dispatched;
        }

        if (_moved is null || MayWait)
            return null;
        _toldAt = Stopwatch.GetTimestamp();
        var position = _moved;
        _moved = null;
        return position;
    }

    // What is under suspicion is known by the position before it.
    private bool MayWait => !IsFrozen && Oldest is { Suspicion: null } && Stopwatch.GetElapsedTime(_toldAt) < _pause;
}

using System.Diagnostics;
using Akka.Actor;
using McpSseActors.Sse;

namespace McpSseActors.Actors.Router;

/// <summary>A chunk whose events are not all handled. Its credit comes back with the last of its batches.</summary>
/// <param name="Epoch">The attempt that brought it.</param>
/// <param name="Chunks">The number of chunks that it counts for.</param>
internal sealed record ChunkInFlight(long Epoch, int Chunks)
{
    /// <summary>Whether it had events.</summary>
    public bool HadEvents { get; set; }

    /// <summary>The events of it that went to a handler.</summary>
    public int Dispatched { get; set; }

    /// <summary>The batches of it whose handling has not ended: mostly one.</summary>
    public int Batches { get; set; }

    /// <summary>A timestamp of <see cref="Stopwatch"/>.</summary>
    public long DispatchedAt { get; init; }
}

/// <summary>A batch whose handling has not ended.</summary>
/// <param name="Chunk">The chunk that it is a part of.</param>
/// <param name="Dispatched">The events of it that went to a handler.</param>
/// <param name="Position">The position after it.</param>
internal sealed record BatchInFlight(ChunkInFlight Chunk, int Dispatched, StreamPosition Position)
{
    /// <summary>Whether every handler has finished it.</summary>
    public bool IsHandled => Fences == 0 && !IsLost;

    /// <summary>Whether a handler stopped before it had finished it.</summary>
    public bool IsLost { get; set; }

    /// <summary>The answers that are still awaited.</summary>
    public int Fences { get; set; }
}

/// <summary>
/// Knows which batches are in flight, and which handlers each waits for. A fence is an <see cref="Identify"/> after the events of a batch: its
/// answer says that the events before it are handled.
/// </summary>
internal sealed class DeliveryTracker
{
    private readonly Dictionary<long, (BatchInFlight Batch, HandlerSlot? Slot, BatchSpan? Span)> _fences = [];
    private long _lastFence;

    /// <summary>The batches that wait for at least one answer.</summary>
    public int BatchesInFlight { get; private set; }

    /// <summary>The chunks that these count for.</summary>
    public int ChunksInFlight { get; private set; }

    /// <summary>The events that went to a handler and are not handled yet.</summary>
    public int EventsInFlight { get; private set; }

    /// <summary>Sets a fence; without a slot it is that of the statistics.</summary>
    public void SetFence(BatchInFlight batch, IActorRef receiver, HandlerSlot? slot = null, BatchSpan? span = null) =>
        receiver.Tell(new Identify(Add(batch, slot, span)));

    /// <summary>Sets a fence that a queue answers when everything that waited there is handled.</summary>
    public void SetFlush(BatchInFlight batch, HandlerSlot slot) => slot.Entrance.Tell(new Flush(Add(batch, slot, span: null)));

    /// <summary>The handler that a fence was set for; null if it is abandoned, or that of the statistics.</summary>
    public HandlerSlot? Find(ActorIdentity answer) => answer.MessageId is long fence ? _fences.GetValueOrDefault(fence).Slot : null;

    /// <summary>Marks what a handler that has stopped had not finished.</summary>
    public void Lose(HandlerSlot slot)
    {
        foreach (var fence in slot.Fences)
            _fences[fence].Batch.IsLost = true;
    }

    /// <summary>The answer to a fence, of a handler that is there or of one that has stopped.</summary>
    /// <returns>The batch, if that was the last answer it waited for.</returns>
    public BatchInFlight? Answered(ActorIdentity answer) =>
        answer.MessageId is long fence ? Lift(fence, isHandled: answer.Subject is not null) : null;

    /// <summary>Waits no longer for a handler that was removed or has stopped.</summary>
    /// <returns>The batches that waited for it alone.</returns>
    public IReadOnlyList<BatchInFlight> Abandon(HandlerSlot slot) =>
        [.. slot.Fences.ToArray().Select(fence => Lift(fence, isHandled: false)).OfType<BatchInFlight>()];

    /// <summary>Marks the span of the batch at which a handler threw. Batches before it are handled, though their answers may not have come.</summary>
    public void Fail(HandlerSlot slot, Exception fault, DateTimeOffset receivedAt) =>
        slot.Fences.Select(fence => _fences[fence].Span).FirstOrDefault(span => span?.ReceivedAt == receivedAt)?.Fail(fault);

    /// <summary>Ends the spans of everything that is in flight.</summary>
    public void AbandonAll()
    {
        foreach (var (_, _, span) in _fences.Values)
            span?.Abandon();
    }

    /// <summary>The oldest fence; number zero if there is none.</summary>
    public (long Number, HandlerSlot? Slot) Oldest()
    {
        var number = _fences.Count == 0 ? 0 : _fences.Keys.Min();
        return (number, number == 0 ? null : _fences[number].Slot);
    }

    /// <summary>The handlers that have not finished their events.</summary>
    public IEnumerable<HandlerSlot> Unfinished() => _fences.Values.Select(fence => fence.Slot).OfType<HandlerSlot>().Distinct();

    private long Add(BatchInFlight batch, HandlerSlot? slot, BatchSpan? span)
    {
        if (batch.Fences++ == 0)
        {
            BatchesInFlight++;
            ChunksInFlight += batch.Chunk.Batches++ == 0 ? batch.Chunk.Chunks : 0;
            EventsInFlight += batch.Dispatched;
        }

        _fences.Add(++_lastFence, (batch, slot, span));
        slot?.Fences.Add(_lastFence);
        return _lastFence;
    }

    private BatchInFlight? Lift(long number, bool isHandled)
    {
        if (!_fences.Remove(number, out var fence))
            return null;
        fence.Slot?.Fences.Remove(number);
        if (isHandled)
            fence.Span?.End();
        else
            fence.Span?.Abandon();
        if (--fence.Batch.Fences > 0)
            return null;
        BatchesInFlight--;
        ChunksInFlight -= --fence.Batch.Chunk.Batches == 0 ? fence.Batch.Chunk.Chunks : 0;
        EventsInFlight -= fence.Batch.Dispatched;
        return fence.Batch;
    }
}

using Akka.Actor;

namespace McpSseActors.Actors.Router;

/// <summary>A batch whose handling has not ended.</summary>
/// <param name="Epoch">The attempt that brought it.</param>
/// <param name="HadEvents">Whether it had events.</param>
/// <param name="Dispatched">The events of it that went to a handler.</param>
internal sealed record BatchInFlight(long Epoch, bool HadEvents, int Dispatched)
{
    /// <summary>The answers that are still waited for.</summary>
    public int Fences { get; set; }
}

/// <summary>
/// Knows which batch waits for whom. A fence is an <see cref="Identify"/> behind the events of a batch: its answer says that they are handled.
/// </summary>
internal sealed class DeliveryTracker
{
    private readonly Dictionary<long, (BatchInFlight Batch, HandlerSlot? Slot, BatchSpan? Span)> _fences = [];
    private long _lastFence;

    /// <summary>The batches that wait for at least one answer.</summary>
    public int BatchesInFlight { get; private set; }

    /// <summary>The events that went to a handler and are not handled yet.</summary>
    public int EventsInFlight { get; private set; }

    /// <summary>Sets a fence; without a slot it is the statistics'.</summary>
    public void Set(BatchInFlight batch, IActorRef receiver, HandlerSlot? slot = null, BatchSpan? span = null) =>
        receiver.Tell(new Identify(Add(batch, slot, span)));

    /// <summary>Sets a fence that a queue answers when all that waited there is handled.</summary>
    public void Set(BatchInFlight batch, HandlerSlot slot) => slot.Entrance.Tell(new Flush(Add(batch, slot, span: null)));

    private long Add(BatchInFlight batch, HandlerSlot? slot, BatchSpan? span)
    {
        if (batch.Fences++ == 0)
        {
            BatchesInFlight++;
            EventsInFlight += batch.Dispatched;
        }

        _fences.Add(++_lastFence, (batch, slot, span));
        return _lastFence;
    }

    /// <summary>Lifts a fence. Gives its batch if that was the last one that it waited for.</summary>
    /// <param name="number">The fence's.</param>
    /// <param name="isAnswered">Whether its handler is done; otherwise nobody waits for it any more.</param>
    public BatchInFlight? Lift(long number, bool isAnswered)
    {
        if (!_fences.Remove(number, out var fence))
            return null;
        if (isAnswered)
            fence.Span?.End();
        else
            fence.Span?.GiveUp();
        if (--fence.Batch.Fences > 0)
            return null;
        BatchesInFlight--;
        EventsInFlight -= fence.Batch.Dispatched;
        return fence.Batch;
    }

    /// <summary>Nobody waits for anything any more.</summary>
    public void GiveUp()
    {
        foreach (var (_, _, span) in _fences.Values)
            span?.GiveUp();
    }

    /// <summary>The fences that a handler has not answered.</summary>
    public long[] Of(HandlerSlot slot) => [.. _fences.Where(f => f.Value.Slot == slot).Select(f => f.Key)];

    /// <summary>The fence that has stood longest; zero when there is none.</summary>
    public (long Number, HandlerSlot? Slot) Oldest()
    {
        var number = _fences.Count == 0 ? 0 : _fences.Keys.Min();
        return (number, number == 0 ? null : _fences[number].Slot);
    }
}

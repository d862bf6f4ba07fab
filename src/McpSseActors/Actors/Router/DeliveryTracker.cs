using Akka.Actor;

namespace McpSseActors.Actors.Router;

/// <summary>Knows which deliveries are in flight, in the order in which they began, and which batches wait for them.</summary>
internal sealed class DeliveryTracker
{
    private readonly Dictionary<long, Delivery> _asked = [];
    private long _lastNumber;
    private Delivery? _newest;

    /// <summary>The batches that wait for at least one delivery.</summary>
    public int BatchesInFlight { get; private set; }

    /// <summary>The chunks that these count for.</summary>
    public int ChunksInFlight { get; private set; }

    /// <summary>The events that went to a handler and are not handled yet.</summary>
    public int EventsInFlight { get; private set; }

    /// <summary>The oldest delivery; null if there is none.</summary>
    public Delivery? Oldest { get; private set; }

    /// <summary>Begins a delivery that the mailbox of the handler has.</summary>
    public void Begin(Delivery delivery, BatchInFlight batch)
    {
        if (batch.Deliveries++ == 0)
        {
            BatchesInFlight++;
            ChunksInFlight += batch.Chunk.Batches++ == 0 ? batch.Chunk.Chunks : 0;
            EventsInFlight += batch.Dispatched;
        }

        delivery.Slot?.Work.Begin(delivery);
        delivery.Batch = batch;
        delivery.Older = _newest;
        if (_newest is null)
            Oldest = delivery;
        else
            _newest.Newer = delivery;
        _newest = delivery;
    }

    /// <summary>Begins a delivery to any other actor, and asks that to answer when it is done.</summary>
    public void BeginAndAsk(Delivery delivery, BatchInFlight batch, IActorRef receiver)
    {
        BeginNumbered(delivery, batch);
        receiver.Tell(new Identify(delivery.Number));
    }

    /// <summary>Waits until a queue has handed on everything that it holds, and that is handled.</summary>
    public void Flush(HandlerSlot slot, BatchInFlight batch)
    {
        var delivery = new Delivery(slot, events: null);
        BeginNumbered(delivery, batch);
        slot.Entrance.Tell(new Flush(delivery.Number));
    }

    /// <summary>The delivery that an actor has answered; null if it is abandoned.</summary>
    public Delivery? Find(ActorIdentity answer) => answer.MessageId is long number ? _asked.GetValueOrDefault(number) : null;

    /// <summary>Whether something is on its way to a handler.</summary>
    public bool HasAny(HandlerSlot slot) => Of(slot).Any();

    /// <summary>The oldest delivery to a handler whose age is known; null if there is none.</summary>
    public Delivery? OldestOf(HandlerSlot slot) => Of(slot).FirstOrDefault(delivery => delivery.BegunAt > 0);

    /// <summary>Marks what a handler that has stopped had not finished.</summary>
    public void Lose(HandlerSlot slot)
    {
        foreach (var delivery in Of(slot))
            delivery.Batch!.IsLost = true;
    }

    /// <summary>Waits no longer for a handler that was removed or has stopped.</summary>
    /// <returns>The batches that waited for it alone.</returns>
    public IReadOnlyList<BatchInFlight> Abandon(HandlerSlot slot)
    {
        var ended = new List<BatchInFlight>();
        foreach (var delivery in Of(slot).ToArray())
        {
            delivery.Batch!.IsAbandoned = true;
            if (End(delivery, isHandled: false) is { } batch)
                ended.Add(batch);
        }

        return ended;
    }

    /// <summary>Marks the span of the batch at which a handler threw. Batches before it are handled, though their answers may not have come.</summary>
    public void Fail(HandlerSlot slot, Exception fault, DateTimeOffset receivedAt) =>
        Of(slot).Select(delivery => delivery.Span).FirstOrDefault(span => span?.ReceivedAt == receivedAt)?.Fail(fault);

    /// <summary>Ends the spans of everything that is in flight.</summary>
    public void AbandonAll()
    {
        foreach (var delivery in All())
            delivery.Span?.Abandon();
    }

    /// <summary>The handlers that have not finished their events.</summary>
    public IEnumerable<HandlerSlot> Unfinished() => All().Select(delivery => delivery.Slot).OfType<HandlerSlot>().Distinct();

    /// <summary>Ends a delivery, unless it has ended.</summary>
    /// <returns>The batch, if that was the last delivery it waited for.</returns>
    public BatchInFlight? End(Delivery delivery, bool isHandled)
    {
        if (delivery.Batch is not { } batch)
            return null;
        Unlink(delivery);
        delivery.Slot?.Work.End(delivery, isHandled);
        if (delivery.Number > 0)
            _asked.Remove(delivery.Number);
        if (isHandled)
        {
            delivery.Span?.End();
            // An actor holds its last message until the next: a quiet stream would keep these events.
            delivery.Events = null;
        }
        else
        {
            delivery.Span?.Abandon();
        }

        if (--batch.Deliveries > 0)
            return null;
        batch.Chunk.IsLost |= batch.IsLost;
        BatchesInFlight--;
        ChunksInFlight -= --batch.Chunk.Batches == 0 ? batch.Chunk.Chunks : 0;
        EventsInFlight -= batch.Dispatched;
        return batch;
    }

    private void BeginNumbered(Delivery delivery, BatchInFlight batch)
    {
        delivery.Number = ++_lastNumber;
        _asked.Add(delivery.Number, delivery);
        Begin(delivery, batch);
    }

    private void Unlink(Delivery delivery)
    {
        if (delivery.Older is null)
            Oldest = delivery.Newer;
        else
            delivery.Older.Newer = delivery.Newer;
        if (delivery.Newer is null)
            _newest = delivery.Older;
        else
            delivery.Newer.Older = delivery.Older;
        (delivery.Older, delivery.Newer, delivery.Batch) = (null, null, null);
    }

    private IEnumerable<Delivery> All()
    {
        for (var delivery = Oldest; delivery is not null; delivery = delivery.Newer)
            yield return delivery;
    }

    private IEnumerable<Delivery> Of(HandlerSlot slot) => All().Where(delivery => delivery.Slot == slot);
}

using Akka.Actor;

namespace McpSseActors.Actors.Router;

/// <summary>The end of a stream: the actor that asked for it gets <see cref="ShutDownCompleted"/> once everything in flight is handled.</summary>
internal sealed class PipelineDrain
{
    private IActorRef _asker = ActorRefs.Nobody;

    /// <summary>Whether the stream is ending.</summary>
    public bool HasBegun { get; private set; }

    /// <summary>The stream ends. Events that wait for a handler that may lose some were accepted, so they too are handled before.</summary>
    public void Begin(IActorRef asker, RouterMemory memory)
    {
        (_asker, HasBegun) = (asker, true);
        var last = new BatchInFlight(new ChunkInFlight(Epoch: 0, Chunks: 0), Dispatched: 0, memory.Position);
        foreach (var slot in memory.Table.Slots.Where(slot => slot.Queue is not null))
            memory.Deliveries.Flush(slot, last);
    }

    /// <summary>Answers if nothing is in flight.</summary>
    public void Answer(DeliveryTracker deliveries)
    {
        if (deliveries.BatchesInFlight > 0 || _asker.IsNobody())
            return;
        _asker.Tell(new ShutDownCompleted(0));
        _asker = ActorRefs.Nobody;
    }
}

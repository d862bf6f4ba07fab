using Akka.Actor;
using McpSseActors.Events;
using McpSseActors.Sse;

namespace McpSseActors.Actors.Router;

/// <summary>What a RouterActor must not forget when its supervisor restarts it. Touched by that actor alone.</summary>
internal sealed class RouterMemory(StreamOptions options, PipelineSettings settings)
{
    /// <summary>The position after the last event that was dispatched.</summary>
    public StreamPosition Position { get; set; } = new(options.InitialLastEventId);

    /// <summary>The IDs that were dispatched last.</summary>
    public ResumeWindow Window { get; } = new(settings.ResumeWindow);

    /// <summary>The handlers, and which of them an event goes to.</summary>
    public RoutingTable Table { get; } = new(options.SubscribedEvents, settings.MaxEventTypes);

    /// <summary>Which batches are in flight, and for whom they wait.</summary>
    public DeliveryTracker Deliveries { get; } = new();

    /// <summary>Who gets the credit.</summary>
    public IActorRef Connection { get; set; } = ActorRefs.Nobody;

    /// <summary>The number of the last batch.</summary>
    public long Batch { get; set; }

    /// <summary>Whether the host shuts down.</summary>
    public bool IsDraining { get; set; }

    /// <summary>Who waits for everything in flight to be handled.</summary>
    public IActorRef DrainAsker { get; set; } = ActorRefs.Nobody;
}

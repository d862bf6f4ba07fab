using Akka.Actor;
using McpSseActors.Events;

namespace McpSseActors.Actors.Router;

/// <summary>What a RouterActor must not forget when its supervisor restarts it. Touched by that actor alone.</summary>
internal sealed class RouterMemory(StreamOptions options, PipelineSettings settings)
{
    /// <summary>The last event ID that was dispatched; empty for none.</summary>
    public string LastEventId { get; set; } = options.InitialLastEventId;

    /// <summary>The IDs that were dispatched last.</summary>
    public ResumeWindow Window { get; } = new(settings.ResumeWindow);

    /// <summary>The handlers, and which of them an event goes to.</summary>
    public RoutingTable Table { get; } = new(options.SubscribedEvents, settings.MaxEventTypes);

    /// <summary>Which batches are in flight, and for whom they wait.</summary>
    public DeliveryTracker Fences { get; } = new();

    /// <summary>Who gets the credit.</summary>
    public IActorRef Connection { get; set; } = ActorRefs.Nobody;

    /// <summary>The number of the last batch.</summary>
    public long Batch { get; set; }

    /// <summary>Whether the host shuts down.</summary>
    public bool IsShuttingDown { get; set; }

    /// <summary>Who waits for everything in flight to be handled.</summary>
    public IActorRef ShutDownAsker { get; set; } = ActorRefs.Nobody;
}

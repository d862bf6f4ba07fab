using Akka.Actor;
using McpSseActors.Connections;
using McpSseActors.Sse;

namespace McpSseActors.Actors.Router;

/// <summary>
/// The events of one batch on their way to one handler, or to the statistics. Router to mailbox of the handler; reply, when they are handled:
/// <see cref="DeliveryHandled"/>. Other actors get the events, and an <see cref="Identify"/> with its number, which any actor answers in the order of its mailbox.
/// </summary>
/// <param name="slot">The handler; null for the statistics.</param>
/// <param name="events">The events; null where the receiver got them before.</param>
internal sealed class Delivery(HandlerSlot? slot, McpEventBatch? events) : INoSerializationVerificationNeeded
{
    /// <summary>The handler; null for the statistics.</summary>
    public HandlerSlot? Slot => slot;

    /// <summary>The events; null where the receiver got none, or got them before, and when they are handled.</summary>
    public McpEventBatch? Events { get; set; } = events;

    /// <summary>How many there are.</summary>
    public int Count { get; init; }

    /// <summary>Whether the events may have killed the process: the mailbox asks before it gives them.</summary>
    public bool IsOnTrial { get; init; }

    /// <summary>A timestamp of <see cref="System.Diagnostics.Stopwatch"/> from before they were sent.</summary>
    public long BegunAt { get; init; }

    /// <summary>The number of an <see cref="Identify"/>; zero if the mailbox of the handler reports.</summary>
    public long Number { get; set; }

    /// <summary>The batch that is not handled before this is.</summary>
    public BatchInFlight? Batch { get; set; }

    /// <summary>Measures it; null if nobody listens.</summary>
    public BatchSpan? Span { get; set; }

    /// <summary>The next older one that is in flight.</summary>
    public Delivery? Older { get; set; }

    /// <summary>The next newer one that is in flight.</summary>
    public Delivery? Newer { get; set; }
}

/// <summary>Mailbox of a handler to router: the handler is done with a delivery.</summary>
internal sealed record DeliveryHandled(Delivery Delivery) : IPipelineMessage
{
    /// <summary>How often the handler had been given something by then.</summary>
    public long Given { get; init; }
}

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

    /// <summary>A timestamp of <see cref="System.Diagnostics.Stopwatch"/>.</summary>
    public long DispatchedAt { get; init; }

    /// <summary>Whether a handler stopped before it had finished it.</summary>
    public bool IsLost { get; set; }

    /// <summary>Told when it is handled; null if nobody waits for that.</summary>
    public IReceipt? Receipt { get; init; }
}

/// <summary>A batch whose handling has not ended.</summary>
/// <param name="Chunk">The chunk that it is a part of.</param>
/// <param name="Dispatched">The events of it that went to a handler.</param>
/// <param name="Position">The position after it.</param>
internal sealed record BatchInFlight(ChunkInFlight Chunk, int Dispatched, StreamPosition Position)
{
    /// <summary>Whether every handler has finished it.</summary>
    public bool IsHandled => Deliveries == 0 && LettersToKeep == 0 && !IsLost;

    /// <summary>Whether a handler stopped before it had finished it.</summary>
    public bool IsLost { get; set; }

    /// <summary>Whether a handler was removed, or stopped, before it had finished it.</summary>
    public bool IsAbandoned { get; set; }

    /// <summary>The deliveries that have not ended.</summary>
    public int Deliveries { get; set; }

    /// <summary>The dead letters of it that wait for their store while the stream goes on.</summary>
    public int LettersToKeep { get; set; }

    /// <summary>What is known of its events if they may have killed the process; null if they are above suspicion.</summary>
    public Suspicion? Suspicion { get; init; }

    /// <summary>Who waits for the end of a dead letter that a handler was given again; null for any other batch.</summary>
    public RedeliveryRequest? Redelivery { get; init; }

    /// <summary>Why it is not known that the handler is done with the dead letter; null if it is done.</summary>
    public string? RedeliveryFault => IsLost ? "its handler has stopped" : IsAbandoned ? "its handler was removed before it had finished" : null;
}

/// <summary>Somebody waits for the end of a dead letter that a handler was given again.</summary>
/// <param name="Asker">Who waits.</param>
/// <param name="LetterId">The ID of the letter.</param>
internal sealed record RedeliveryRequest(IActorRef Asker, string LetterId);

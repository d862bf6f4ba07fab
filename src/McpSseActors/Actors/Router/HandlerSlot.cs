using Akka.Actor;
using McpSseActors.Events;

namespace McpSseActors.Actors.Router;

/// <summary>A handler, as the router sees it.</summary>
/// <param name="registration">The registration, with the settings of the host applied.</param>
/// <param name="handler">Its actor.</param>
/// <param name="queue">The <see cref="OverflowActor"/> in front of it; null for a handler that the stream waits for.</param>
/// <param name="failures">Its failures; null for a handler that gets no event again.</param>
internal sealed class HandlerSlot(HandlerRegistration registration, IActorRef handler, IActorRef? queue, FailedEvents? failures)
{
    public string Name => registration.Name;

    public HandlerRegistration Registration => registration;

    public EventPattern Pattern => registration.Pattern;

    public bool IsObserver => registration.IsObserver;

    /// <summary>Whether the stream is meant to have it: not if it is another's actor, or ends with its reader.</summary>
    public bool IsMissed => registration is { Ref: null, EndsByItself: false };

    public IActorRef Handler => handler;

    /// <summary>Gets whether its actor existed before, and is not the router's.</summary>
    public bool IsExisting => registration.Ref is not null;

    public IActorRef? Queue => queue;

    /// <summary>The actor that gets the events and the question whether they are handled.</summary>
    public IActorRef Entrance => queue ?? handler;

    /// <summary>Its messages; null if it has another mailbox than ours.</summary>
    public HandlerQueue? Messages { get; } = HandlerMailbox.QueueOf(handler);

    /// <summary>Whether its mailbox takes deliveries, and reports when they are handled.</summary>
    public bool TakesDeliveries => queue is null && Messages is not null;

    /// <summary>Whether its actor is told a batch at a time.</summary>
    public bool TakesBatches => registration.TakesBatches;

    /// <summary>The last batch that had an event for it.</summary>
    public long LastBatch { get; set; }

    /// <summary>The events of that batch for it.</summary>
    public Picks Picked;

    /// <summary>Limits its restarts.</summary>
    public RestartLimit Restarts { get; } = new(registration.MaxRestarts ?? -1, registration.RestartWindow ?? TimeSpan.MaxValue);

    /// <summary>Its failures; null if it gets no event again.</summary>
    public FailedEvents? Failures => failures;

    /// <summary>What it has done.</summary>
    public HandlerWork Work { get; } = new();

    /// <summary>The number by which its mailbox is released to go on; zero if it never was held.</summary>
    public long Hold { get; set; }

    /// <summary>What releases it; null if nothing does later.</summary>
    public ICancelable? NextAttempt { get; set; }

    /// <summary>Failed events that wait for their next attempt while later ones pass.</summary>
    public HashSet<Delivery> PutAside { get; } = [];

    /// <summary>The state that the statistics know.</summary>
    public HandlerState ReportedState { get; set; }

    /// <summary>Whether it was removed, and will stop.</summary>
    public bool IsLeaving { get; set; }

    /// <summary>The reason why it is about to stop; null if unknown.</summary>
    public string? EndReason { get; set; }

    /// <summary>Sends it events.</summary>
    /// <param name="events">The batch that they are of, retained for it.</param>
    /// <param name="places">The places of all that handlers want of it.</param>
    /// <param name="made">Events that several handlers share; null if it is the only one.</param>
    /// <param name="isOnTrial">Whether they may have killed the process.</param>
    /// <param name="now">A timestamp of <see cref="System.Diagnostics.Stopwatch"/>.</param>
    /// <param name="router">The sender.</param>
    public Delivery Send(EventBuffer events, int[] places, MadeEvents? made, bool isOnTrial, long now, IActorRef router)
    {
        var batch = new McpEventBatch(events, places, Picked.First, Picked.Count, made);
        var delivery = new Delivery(this, batch) { BegunAt = now, Count = Picked.Count, IsOnTrial = isOnTrial && failures is not null };
        if (TakesDeliveries)
            handler.Tell(delivery, router);
        else if (queue is not null || TakesBatches)
            Entrance.Tell(batch, router);
        else
            TellEach(batch, router);
        return delivery;
    }

    /// <summary>Sends it one event that it may have had before.</summary>
    public void SendAgain(McpEventBatch one, BatchInFlight batch, DeliveryTracker deliveries, IActorRef router)
    {
        var delivery = new Delivery(this, one) { Count = 1 };
        if (TakesDeliveries)
        {
            deliveries.Begin(delivery, batch);
            handler.Tell(delivery, router);
            return;
        }

        if (queue is not null || TakesBatches)
            Entrance.Tell(one, router);
        else
            TellEach(one, router);
        deliveries.BeginAndAsk(delivery, batch, Entrance);
    }

    private void TellEach(McpEventBatch batch, IActorRef router)
    {
        for (var place = 0; place < batch.Count; place++)
            handler.Tell(batch.EventAt(place), router);
        batch.Release();
    }
}

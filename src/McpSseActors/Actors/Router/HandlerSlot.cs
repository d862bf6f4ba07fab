using System.Buffers;
using System.Diagnostics;
using Akka.Actor;
using McpSseActors.Events;
using McpSseActors.Telemetry;

namespace McpSseActors.Actors.Router;

/// <summary>A handler, as the router sees it.</summary>
/// <param name="registration">The registration, with the settings of the host applied.</param>
/// <param name="handler">Its actor.</param>
/// <param name="queue">The <see cref="OverflowActor"/> in front of it; null for a handler that the stream waits for.</param>
internal sealed class HandlerSlot(HandlerRegistration registration, IActorRef handler, IActorRef? queue)
{
    private int[] _picked = [];
    private int _events;
    private long _begun;

    public string Name => registration.Name;

    public EventPattern Pattern => registration.Pattern;

    public bool IsObserver => registration.IsObserver;

    /// <summary>Whether the stream is meant to have it: not if it is another's actor, or ends with its reader.</summary>
    public bool IsMissed => registration is { Ref: null, EndsByItself: false };

    public IActorRef Handler => handler;

    /// <summary>Gets whether its actor existed before, and is not the router's.</summary>
    public bool IsExisting => registration.Ref is not null;

    /// <summary>Gets the numbers of the fences that wait for it, in the order in which they were set.</summary>
    public List<long> Fences { get; } = [];

    public IActorRef? Queue => queue;

    /// <summary>The actor that gets the events and the fence.</summary>
    public IActorRef Entrance => queue ?? handler;

    /// <summary>The last batch that had an event for it.</summary>
    public long LastBatch { get; set; }

    /// <summary>Limits its restarts.</summary>
    public RestartLimit Restarts { get; } = new(registration.MaxRestarts ?? -1, registration.RestartWindow ?? TimeSpan.MaxValue);

    /// <summary>The reason why it is about to stop; null if unknown.</summary>
    public string? EndReason { get; set; }

    private bool TakesBatches { get; } = queue is not null || registration.TakesBatches;

    /// <summary>Begins a new batch, and forgets one that was lost.</summary>
    public void Begin(long batch, EventBuffer events)
    {
        LastBatch = batch;
        _events = 0;
        _picked = ArrayPool<int>.Shared.Rent(events.Count);
    }

    /// <summary>Picks an event of the batch for it.</summary>
    public void Pick(int index) => _picked[_events++] = index;

    /// <summary>Sends it the events that were picked.</summary>
    /// <param name="events">The batch.</param>
    /// <param name="made">Its events as objects, as far as a handler has needed them.</param>
    /// <param name="router">The sender.</param>
    public void Tell(EventBuffer events, Span<McpEvent?> made, IActorRef router)
    {
        _begun = Stopwatch.GetTimestamp();
        if (TakesBatches)
        {
            events.Retain();
            Entrance.Tell(new McpEventBatch(events, _picked, _events), router);
        }
        else
        {
            foreach (var index in _picked.AsSpan(0, _events))
                handler.Tell(made[index] ??= events.ToEvent(index), router);
            ArrayPool<int>.Shared.Return(_picked);
        }

        _picked = [];
    }

    /// <summary>Starts to measure the batch; null if nobody listens, or if the queue measures it.</summary>
    public BatchSpan? StartSpan(StreamMetrics metrics, EventBuffer events) =>
        queue is null ? BatchSpan.Start(metrics, registration, _events, _begun, events.AttemptLinks, events.ReceivedAt) : null;
}

using System.Buffers;
using System.Diagnostics;
using Akka.Actor;
using McpSseActors.Events;
using McpSseActors.Telemetry;

namespace McpSseActors.Actors.Router;

/// <summary>A handler as the router sees it.</summary>
/// <param name="registration">What was asked for, with the knobs of the host.</param>
/// <param name="handler">Its actor.</param>
/// <param name="queue">The <see cref="OverflowActor"/> before it; null for one that the stream waits for.</param>
internal sealed class HandlerSlot(HandlerRegistration registration, IActorRef handler, IActorRef? queue)
{
    private int[] _picked = [];
    private int _events;
    private long _begun;

    public string Name => registration.Name;

    public EventPattern Pattern => registration.Pattern;

    public bool IsObserver => registration.IsObserver;

    public IActorRef Handler => handler;

    public IActorRef? Queue => queue;

    /// <summary>Who is told the events, and is fenced.</summary>
    public IActorRef Entrance => queue ?? handler;

    /// <summary>The last batch that had an event for it.</summary>
    public long LastBatch { get; set; }

    /// <summary>How often it may be restarted.</summary>
    public RestartLimit Restarts { get; } = new(registration.MaxRestarts ?? -1, registration.RestartWindow ?? TimeSpan.MaxValue);

    /// <summary>Why it is about to stop; null when nothing is known of it.</summary>
    public string? EndReason { get; set; }

    private bool TakesBatches { get; } = queue is not null || registration.TakesBatches;

    /// <summary>A new batch begins: nothing is left of one that was lost.</summary>
    public void Begin(long batch, EventBuffer events)
    {
        LastBatch = batch;
        _events = 0;
        _picked = ArrayPool<int>.Shared.Rent(events.Count);
    }

    /// <summary>It is to be told an event of the batch.</summary>
    public void Pick(int index) => _picked[_events++] = index;

    /// <summary>Tells it what was picked.</summary>
    /// <param name="events">The batch.</param>
    /// <param name="made">Its events as objects, as far as one of the handlers needed them.</param>
    /// <param name="router">Who tells it.</param>
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

    /// <summary>Begins to measure how long it takes for the batch; null when nobody wants to know, or a queue will say it.</summary>
    public BatchSpan? StartSpan(StreamMetrics metrics, ActivityLink[]? links) =>
        queue is null ? BatchSpan.Start(metrics, registration, _events, _begun, links) : null;
}

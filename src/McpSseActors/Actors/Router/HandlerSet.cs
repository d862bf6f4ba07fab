using System.Collections.Immutable;
using System.Reflection;
using Akka.Actor;
using Akka.Event;
using McpSseActors.Actors.Stats;
using McpSseActors.Handlers;
using McpSseActors.Telemetry;

namespace McpSseActors.Actors.Router;

/// <summary>The handlers of a stream: created, added, removed, restarted, stopped.</summary>
/// <param name="context">The router's.</param>
/// <param name="stream">The name of the stream.</param>
/// <param name="settings">The settings of all handlers.</param>
/// <param name="memory">The handlers that events go to, and what is in flight to them.</param>
/// <param name="registry">The handlers that the stream is meant to have.</param>
/// <param name="stats">The statistics, which are told of every change.</param>
/// <param name="recovery">Decides what becomes of the events at which they fail.</param>
/// <param name="log">The log of handlers.</param>
/// <param name="metrics">The metrics of the stream.</param>
/// <param name="onRemoved">Called for each handler that gets no more events: nothing must wait for it. With true if it has stopped by itself.</param>
/// <param name="onFailed">Called for each handler that threw and is restarted.</param>
internal sealed class HandlerSet(
    IActorContext context,
    string stream,
    PipelineSettings settings,
    RouterMemory memory,
    HandlerRegistry registry,
    IActorRef stats,
    HandlerRecovery recovery,
    ILoggingAdapter log,
    StreamMetrics metrics,
    Action<HandlerSlot, bool> onRemoved,
    Action<string, Exception, FailedWork> onFailed)
{
    private readonly RoutingTable _table = memory.Table;
    private Dictionary<IActorRef, HandlerSlot> Leaving => field ??= [];

    public ImmutableArray<HandlerInfo> Describe() => [.. registry.All.Select(Describe)];

    /// <summary>Creates the handlers of the start.</summary>
    public void CreateAll()
    {
        foreach (var registration in registry.All.ToArray())
            TryCreate(registration);
        ReportChange();
    }

    /// <summary>Adds a handler.</summary>
    /// <returns>The reply: <see cref="HandlerAdded"/> or a failure.</returns>
    public object Add(AddHandler request)
    {
        if (request.Handler is null)
            return new Status.Failure(new ArgumentNullException(nameof(request), "AddHandler names no handler."));

        var registration = registry.Add(request.Handler, name => !context.Child(name).IsNobody());
        var fault = TryCreate(registration, isAsked: true);
        ReportChange();
        return fault is null ? new HandlerAdded(stream, registration.Name) : new Status.Failure(fault);
    }

    /// <summary>Removes a handler. One that the router created stops after the events it was sent; another's actor gets no more of them.</summary>
    public HandlerRemoved Remove(RemoveHandler request)
    {
        var slot = _table.Find(request.Name);
        if (slot is not null)
        {
            Remove(slot, isLost: false);
            End(slot);
        }

        stats.Tell(new HandlerForgotten(request.Name));
        return new HandlerRemoved(stream, request.Name, slot is not null);
    }

    /// <summary>Removes the handlers whose actor has stopped by itself.</summary>
    /// <param name="stopped">The actor.</param>
    /// <param name="isExpected">Whether the whole stream is ending.</param>
    public void RemoveStopped(IActorRef stopped, bool isExpected)
    {
        Leaving.Remove(stopped);
        foreach (var slot in _table.FindAll(stopped))
        {
            log.Warning("Handler {Handler} of stream {Stream} has stopped: it receives no more events of {Pattern}", slot.Name, stream, slot.Pattern.Text);
            Remove(slot, isLost: true);
            if (!isExpected)
                Publish(slot.Name, slot.Pattern.Text, slot.EndReason ?? "it stopped itself, or was stopped by another", isMissed: slot.IsMissed);
        }
    }

    /// <summary>Decides what becomes of a child that threw.</summary>
    public Directive OnFailure(IActorRef child, Exception fault)
    {
        var slot = _table.FindAll(child) is [var first, ..] ? first : Leaving.GetValueOrDefault(child);
        if (slot is null && child.Path.Name[0] == '$')
        {
            log.Error(fault, "The queue of a handler of stream {Stream} failed and goes on", stream);
            return Directive.Resume;
        }

        if (fault is ActorInitializationException or ActorKilledException)
            return StopHopeless(child, slot, fault);

        var work = Count(child, slot, fault);
        if (slot?.Restarts.Allows(context.System.Scheduler.MonotonicClock) is false)
            return StopAtLimit(slot, fault, work);

        var next = slot is not null && work.Message is { } message ? recovery.Recover(slot, message, fault) : "";
        onFailed(child.Path.Name, fault, next.Length == 0 ? work : work with { Text = $"{work.Text}; {next}" });
        return Directive.Restart;
    }

    private HandlerInfo Describe(HandlerRegistration registration)
    {
        var info = new HandlerInfo(registration.Name, registration.Pattern.Text);
        return _table.Find(registration.Name) is { } slot
            ? slot.Work.Into(info with { State = slot.Failures?.State ?? HandlerState.Running }, memory.Deliveries.OldestOf(slot))
            : info;
    }

    // The one that the constructor threw: Akka.NET wraps it.
    private static Exception Cause(Exception fault)
    {
        while (fault is { InnerException: { } inner } and (ActorInitializationException or TypeLoadException or TargetInvocationException))
            fault = inner;
        return fault;
    }

    private FailedWork Count(IActorRef child, HandlerSlot? slot, Exception fault)
    {
        var work = FailedWork.Of(child);
        stats.Tell(new HandlerFailed());
        metrics.CountFailure(child.Path.Name, fault);
        if (work.Left > 0 && slot?.Failures is null)
            stats.Tell(new EventsDropped(DropReasons.BatchFailed, work.Left));
        slot?.Work.Fail(context.System.Scheduler.Now);
        slot?.Queue?.Tell(new HandlerThrew(fault));
        if (slot is not null && work.ReceivedAt is { } receivedAt)
            memory.Deliveries.Fail(slot, fault, receivedAt);
        return work;
    }

    private Directive StopHopeless(IActorRef child, HandlerSlot? slot, Exception fault)
    {
        log.Error(fault, "Handler {Handler} of stream {Stream} failed and is {Consequence}", child.Path.Name, stream, "stopped");
        if (slot is not null)
            slot.EndReason = fault is ActorKilledException ? "it was killed" : $"it cannot start: {Cause(fault).GetType().Name}";
        return Directive.Stop;
    }

    private Directive StopAtLimit(HandlerSlot slot, Exception fault, FailedWork work)
    {
        log.Error(fault, "Handler {Handler} of stream {Stream} failed and is stopped: it was restarted {Restarts} time(s) within {Seconds} s; it was handling {Work}",
            slot.Name, stream, slot.Restarts.Max, slot.Restarts.Window.TotalSeconds, work.Text);
        slot.EndReason = $"it failed, and its {slot.Restarts.Max} restart(s) within {slot.Restarts.Window.TotalSeconds} s are used up: {fault.GetType().Name}";
        return Directive.Stop;
    }

    // The handlers of the start were checked with their host. Props can be impossible, with a dispatcher that is not configured for example. That is the fault of the handler, not of the stream.
    private Exception? TryCreate(HandlerRegistration registration, bool isAsked = false)
    {
        try
        {
            if (isAsked && registration.FindFault(context.System) is { } missing)
                throw new InvalidOperationException(missing);
            var settled = settings.Handlers.Apply(registration);
            var handler = settled.Ref
                ?? context.ActorOf(HandlerMailbox.For(settled.Props!(context.System, settled.Retry?.BoundedAttemptTimeout), context.System), settled.Name);
            context.Watch(handler);
            _table.Add(new HandlerSlot(settled, handler, QueueBefore(handler, settled), FailuresOf(handler, settled)));
            if (isAsked)
                stats.Tell(new HandlerForgotten(settled.Name));
            return null;
        }
        catch (Exception fault)
        {
            log.Error(fault, "Handler {Handler} of stream {Stream} cannot be created: it receives no events of {Pattern}",
                registration.Name, stream, registration.Pattern.Text);
            registry.Remove(registration.Name);
            if (!isAsked && registration.Overflow is HandlerOverflow.BackPressure)
                memory.Freeze();
            Publish(registration.Name, registration.Pattern.Text, $"it cannot be created: {fault.GetType().Name}", isMissed: !isAsked);
            return fault;
        }
    }

    private FailedEvents? FailuresOf(IActorRef handler, HandlerRegistration settled)
    {
        if (settled.Retry is null)
            return null;
        if (HandlerMailbox.QueueOf(handler) is not null)
            return new FailedEvents(settled.Retry, context.System.Scheduler);
        log.Warning("Handler {Handler} of stream {Stream} gets no event again at which it fails: {Reason}", settled.Name, stream,
            settled.Ref is null ? "it has its own mailbox" : "its actor has another supervisor");
        return null;
    }

    // The queue has no name: the names of handlers are the users'.
    private IActorRef? QueueBefore(IActorRef handler, HandlerRegistration settled) => settled.Overflow is HandlerOverflow.BackPressure
        ? null
        : context.ActorOf(OverflowActor.Props(stream, settled, handler, settings, stats, metrics));

    private void Remove(HandlerSlot slot, bool isLost)
    {
        slot.NextAttempt?.Cancel();
        _table.Remove(slot);
        registry.Remove(slot.Name);
        ReportChange();
        onRemoved(slot, isLost);
    }

    private void End(HandlerSlot slot)
    {
        var isOurs = context.Child(slot.Name).Equals(slot.Handler);
        if (isOurs && slot.Failures is not null)
        {
            recovery.Leave(slot);
            Leaving[slot.Handler] = slot;
        }

        if (slot.Queue is not null)
            slot.Queue.Tell(new CloseQueue(EndsHandler: isOurs));
        else if (isOurs)
            slot.Handler.Tell(PoisonPill.Instance);
        if (!isOurs && _table.FindAll(slot.Handler).Count == 0)
            context.Unwatch(slot.Handler);
    }

    private void ReportChange() => stats.Tell(new HandlersChanged(registry.GlobalHandlers, registry.HandlersByType));

    // Who asked for a handler that cannot be created was answered, and does not rely on it.
    private void Publish(string handler, string pattern, string reason, bool isMissed)
    {
        context.System.EventStream.Publish(new HandlerStopped(stream, handler, pattern, reason));
        if (isMissed)
            stats.Tell(new HandlerLost(new StoppedHandler(handler, pattern, reason, context.System.Scheduler.Now)));
    }
}

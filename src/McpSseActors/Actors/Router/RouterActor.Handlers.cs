using Akka.Actor;
using Akka.Event;
using McpSseActors.Actors.Stats;

namespace McpSseActors.Actors.Router;

/// <summary>The life of the handlers: made, added, removed, restarted, stopped.</summary>
internal sealed partial class RouterActor
{
    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(-1, Timeout.Infinite, OnHandlerFailure, loggingEnabled: false);

    private void OfHandlers(object message)
    {
        switch (message)
        {
            case AddHandler add:
                Add(add);
                break;
            case RemoveHandler remove:
                Remove(remove);
                break;
            case GetHandlers:
                Sender.Tell(new HandlerList(_options.Name, _registry.Describe()));
                break;
            case Terminated stopped:
                Forget(stopped.ActorRef);
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Add(AddHandler request)
    {
        if (request.Handler is null)
        {
            Sender.Tell(new Status.Failure(new ArgumentNullException(nameof(request), "AddHandler names no handler.")));
            return;
        }

        var registration = _registry.Add(request.Handler, name => !Context.Child(name).IsNobody());
        var fault = TryCreate(registration);
        _stats.Tell(new HandlersChanged(_registry.Describe()));
        Sender.Tell(fault is null ? new HandlerAdded(_options.Name, registration.Name) : new Status.Failure(fault));
    }

    // Props can be impossible, with a dispatcher that is not configured, say. That is the handler's fault, not the stream's.
    private Exception? TryCreate(HandlerRegistration registration)
    {
        try
        {
            var settled = _settings.Handlers.Apply(registration);
            var handler = settled.Ref ?? Context.ActorOf(settled.Props!(Context.System), settled.Name);
            Context.Watch(handler);
            Table.Add(new HandlerSlot(settled, handler, QueueBefore(handler, settled)));
            return null;
        }
        catch (Exception fault)
        {
            _log.Error(fault, "Handler {Handler} of stream {Stream} cannot be created: it receives no events of {Pattern}",
                registration.Name, _options.Name, registration.Pattern.Text);
            _registry.Remove(registration.Name);
            Publish(registration.Name, registration.Pattern.Text, $"it cannot be created: {fault.GetType().Name}");
            return fault;
        }
    }

    // Without a name of its own: handlers' names are the users'.
    private IActorRef? QueueBefore(IActorRef handler, HandlerRegistration settled) => settled.Overflow is HandlerOverflow.BackPressure
        ? null
        : Context.ActorOf(OverflowActor.Props(_options.Name, settled, handler, _settings, _stats, _metrics));

    // A handler of ours ends behind the events it was sent; another's actor only gets no more of them. Nobody waits for it any longer.
    private void Remove(RemoveHandler request)
    {
        var slot = Table.Slots.FirstOrDefault(s => s.Name == request.Name);
        if (slot is not null)
        {
            Unregister(slot);
            var isOurs = Context.Child(slot.Name).Equals(slot.Handler);
            if (slot.Queue is not null)
                slot.Queue.Tell(new CloseQueue(EndsHandler: isOurs));
            else if (isOurs)
                slot.Handler.Tell(PoisonPill.Instance);
            if (!isOurs && !Table.Slots.Any(s => s.Handler.Equals(slot.Handler)))
                Context.Unwatch(slot.Handler);
        }

        Sender.Tell(new HandlerRemoved(_options.Name, request.Name, slot is not null));
    }

    private void Forget(IActorRef stopped)
    {
        foreach (var slot in Table.Slots.Where(s => s.Handler.Equals(stopped)).ToArray())
        {
            _log.Warning("Handler {Handler} of stream {Stream} has stopped: it receives no more events of {Pattern}", slot.Name, _options.Name, slot.Pattern.Text);
            Unregister(slot);
            if (!_memory.IsShuttingDown)
                Publish(slot.Name, slot.Pattern.Text, slot.EndReason ?? "it stopped itself, or was stopped by another");
        }
    }

    private void Publish(string handler, string pattern, string reason) =>
        Context.System.EventStream.Publish(new HandlerStopped(_options.Name, handler, pattern, reason));

    private void Unregister(HandlerSlot slot)
    {
        Table.Remove(slot);
        _registry.Remove(slot.Name);
        _stats.Tell(new HandlersChanged(_registry.Describe()));
        foreach (var fence in Fences.Of(slot))
            Lift(fence, isAnswered: false);
    }

    private Directive OnHandlerFailure(Exception fault)
    {
        // A queue has a bug; the message at hand is lost, but not what waits.
        if (!Table.Slots.Any(s => s.Handler.Equals(Sender)) && Sender.Path.Name[0] == '$')
        {
            _log.Error(fault, "The queue of a handler of stream {Stream} failed and goes on", _options.Name);
            return Directive.Resume;
        }

        var isHopeless = fault is ActorInitializationException or ActorKilledException;
        if (!isHopeless)
        {
            _stats.Tell(new HandlerFailed());
            _metrics.CountFailure(Sender.Path.Name, fault);
        }

        var slot = Table.Slots.FirstOrDefault(s => s.Handler.Equals(Sender));
        if (!isHopeless && slot?.Restarts.Allows(Context.System.Scheduler.MonotonicClock) is false)
        {
            _log.Error(fault, "Handler {Handler} of stream {Stream} failed and is stopped: it was restarted {Restarts} time(s) within {Seconds} s",
                slot.Name, _options.Name, slot.Restarts.Max, slot.Restarts.Window.TotalSeconds);
            slot.EndReason = $"it failed, and its {slot.Restarts.Max} restart(s) within {slot.Restarts.Window.TotalSeconds} s are used up: {fault.GetType().Name}";
            return Directive.Stop;
        }

        _log.Error(fault, "Handler {Handler} of stream {Stream} failed and is {Consequence}", Sender.Path.Name, _options.Name, isHopeless ? "stopped" : "restarted");
        if (isHopeless && slot is not null)
            slot.EndReason = fault is ActorKilledException ? "it was killed" : $"it cannot start: {(fault.InnerException ?? fault).GetType().Name}";
        return isHopeless ? Directive.Stop : Directive.Restart;
    }
}

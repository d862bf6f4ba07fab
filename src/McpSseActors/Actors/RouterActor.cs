using Akka.Actor;
using Akka.Event;
using McpSseActors.Configuration;
using McpSseActors.Events;
using McpSseActors.Handlers;
using McpSseActors.Messages;
using McpSseActors.Telemetry;

namespace McpSseActors.Actors;

/// <summary>
/// Hands each event to the handlers of its type. Behind the events of a batch it sends every handler that had one an <see cref="Identify"/>:
/// any actor answers that in the order of its mailbox, so the answer says that the events before it are handled. The statistics are fenced
/// likewise. When all have answered, the connection gets the batch's credit back. What can be in flight is therefore bounded by the credit,
/// however slow a handler is.
/// </summary>
internal sealed class RouterActor : ReceiveActor, IWithTimers
{
    private readonly StreamOptions _options;
    private readonly PipelineSettings _settings;
    private readonly RouterMemory _memory;
    private readonly HandlerRegistry _registry;
    private readonly IActorRef _stats;
    private readonly ILoggingAdapter _log = Context.GetLogger(LogSources.Handler);
    private readonly List<Route> _routesOfBatch = [];
    private readonly List<HandlerSlot> _slotsOfBatch = [];
    private long _batch;
    private long _oldestFence;
    private bool _isOpen;
    private bool _hadEvent;

    public RouterActor(StreamOptions options, PipelineSettings settings, RouterMemory memory, HandlerRegistry registry, IActorRef stats)
    {
        _options = options;
        _memory = memory;
        _registry = registry;
        _settings = settings;
        _stats = stats;
        Receive<EventBatch>(Dispatch);
        Receive<ActorIdentity>(FencePassed);
        Receive<StreamOpening>(Open);
        Receive<Drain>(Answer);
        Receive<AddHandler>(Add);
        Receive<RemoveHandler>(Remove);
        Receive<GetHandlers>(_ => Sender.Tell(new HandlerList(_options.Name, _registry.Describe())));
        Receive<Terminated>(stopped => Forget(stopped.ActorRef));
        Receive<ShutDown>(_ => ShutDownWhenHandled());
        Receive<Look>(_ => WarnOfStandstill());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(StreamOptions options, PipelineSettings settings, RouterMemory memory, HandlerRegistry registry, IActorRef stats) =>
        Akka.Actor.Props.Create(() => new RouterActor(options, settings, memory, registry, stats));

    protected override SupervisorStrategy SupervisorStrategy() => new OneForOneStrategy(-1, Timeout.Infinite, OnHandlerFailure, loggingEnabled: false);

    protected override void PreStart()
    {
        foreach (var registration in _registry.All.ToArray())
            TryCreate(registration);
        LookNowAndThen();
        _stats.Tell(new HandlersChanged(_registry.Describe()));
    }

    // The handlers, and what is in flight to them, are none of the fault's matter: only the batch at hand is lost.
    protected override void PreRestart(Exception reason, object message) => PostStop();

    protected override void PostRestart(Exception reason)
    {
        LookNowAndThen();
        _stats.Tell(new InFlightCounted(Fences.EventsInFlight));
        Context.Parent.Tell(new PipelineRestarted("router"));
    }

    private RoutingTable Table => _memory.Table;

    private FenceLedger Fences => _memory.Fences;

    private void LookNowAndThen() => Timers.StartPeriodicTimer(nameof(Look), new Look(), _settings.HandlerWarning);

    private void Open(StreamOpening opening)
    {
        _memory.Connection = Sender;
        _isOpen = true;
        _hadEvent = false;
        _memory.Window.Resume();
    }

    private void Answer(Drain drain) => Sender.Tell(new Drained(drain.Epoch, _memory.LastEventId, drain.ServerRetry, Fences.BatchesInFlight, _hadEvent));

    // After a restart nothing is dispatched until the stream opens anew: it then resumes before the batch that was lost.
    private void Dispatch(EventBatch batch)
    {
        if (!_isOpen)
            return;
        _batch++;
        int events = 0, accepted = 0, dispatched = 0, filtered = 0, unhandled = 0, duplicates = 0;
        foreach (var received in batch.Events)
        {
            var route = Table.Find(received.EventType);
            if (received.IsComment)
            {
                Tell(route, received);
                continue;
            }

            events++;
            Count(route);
            if (_memory.Window.IsRepeat(received))
            {
                duplicates++;
                continue;
            }

            if (!route.IsSubscribed)
            {
                filtered++;
            }
            else
            {
                batch.Events[accepted++] = received;
                Tell(route, received);
                if (route.IsHandled)
                    dispatched++;
                else
                    unhandled++;
            }

            // Only now: an event that every handler has been sent must not come again, and one that broke off must.
            _memory.Window.Remember(received);
        }

        _hadEvent |= events > 0;
        _memory.LastEventId = batch.LastEventId;
        _stats.Tell(new BatchDispatched
        {
            Accepted = new ArraySegment<McpEvent>(batch.Events, 0, accepted),
            Received = TakeCounts(),
            Dispatched = dispatched,
            Filtered = filtered,
            Unhandled = unhandled,
            Duplicates = duplicates,
            Oversized = batch.Oversized,
            Comments = batch.Comments,
            Bytes = batch.Bytes,
            LastEventId = batch.LastEventId,
        });
        SetFences(new BatchInFlight(batch.Epoch, events > 0, dispatched));
    }

    private void Tell(Route route, McpEvent received)
    {
        foreach (var slot in route.Slots)
        {
            slot.Handler.Tell(received);
            if (slot.LastBatch == _batch)
                continue;
            slot.LastBatch = _batch;
            _slotsOfBatch.Add(slot);
        }
    }

    private void Count(Route route)
    {
        if (route.Count++ == 0)
            _routesOfBatch.Add(route);
    }

    private (string Type, int Count)[] TakeCounts()
    {
        var counts = new (string, int)[_routesOfBatch.Count];
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = (_routesOfBatch[i].Type, _routesOfBatch[i].Count);
            _routesOfBatch[i].Count = 0;
        }

        _routesOfBatch.Clear();
        return counts;
    }

    private void SetFences(BatchInFlight batch)
    {
        Fences.Set(batch, _stats);
        foreach (var slot in _slotsOfBatch)
            Fences.Set(batch, slot.Handler, slot);
        _slotsOfBatch.Clear();
    }

    private void FencePassed(ActorIdentity answer)
    {
        if (answer.MessageId is long fence)
            Lift(fence);
    }

    private void Lift(long fence)
    {
        if (Fences.Lift(fence) is { } handled)
            Handled(handled);
    }

    // A fence that stood the last time as well has stood for a whole period.
    private void WarnOfStandstill()
    {
        var (oldest, slot) = Fences.Oldest();
        if (oldest == _oldestFence && slot is not null)
            _log.Warning("Handler {Handler} of stream {Stream} has not been done with its events for {Seconds} s or more: when {Chunks} chunk(s) are in flight, the stream waits for it",
                slot.Name, _options.Name, _settings.HandlerWarning.TotalSeconds, _settings.ChunksInFlight);
        _oldestFence = oldest;
    }

    private void Handled(BatchInFlight batch)
    {
        _memory.Connection.Tell(new Credit(batch.Epoch, batch.HadEvents));
        if (batch.Dispatched > 0)
            _stats.Tell(new BatchHandled(batch.Dispatched));
        AnswerShutDown();
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
            var handler = registration.Ref ?? Context.ActorOf(registration.Props!(Context.System), registration.Name);
            Context.Watch(handler);
            Table.Add(new HandlerSlot(registration.Name, registration.Pattern, handler, registration.IsObserver));
            return null;
        }
        catch (Exception fault)
        {
            _log.Error(fault, "Handler {Handler} of stream {Stream} cannot be created: it receives no events of {Pattern}",
                registration.Name, _options.Name, registration.Pattern.Text);
            _registry.Remove(registration.Name);
            return fault;
        }
    }

    // A handler of ours ends behind the events it was sent; another's actor only gets no more of them. Nobody waits for it any longer.
    private void Remove(RemoveHandler request)
    {
        var slot = Table.Slots.FirstOrDefault(s => s.Name == request.Name);
        if (slot is not null)
        {
            Unregister(slot);
            if (Context.Child(slot.Name).Equals(slot.Handler))
                slot.Handler.Tell(PoisonPill.Instance);
            else if (!Table.Slots.Any(s => s.Handler.Equals(slot.Handler)))
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
        }
    }

    private void Unregister(HandlerSlot slot)
    {
        Table.Remove(slot);
        _registry.Remove(slot.Name);
        _stats.Tell(new HandlersChanged(_registry.Describe()));
        foreach (var fence in Fences.Of(slot))
            Lift(fence);
    }

    private Directive OnHandlerFailure(Exception fault)
    {
        var isHopeless = fault is ActorInitializationException or ActorKilledException;
        if (!isHopeless)
            _stats.Tell(new HandlerFailed());
        _log.Error(fault, "Handler {Handler} of stream {Stream} failed and is {Consequence}", Sender.Path.Name, _options.Name, isHopeless ? "stopped" : "restarted");
        return isHopeless ? Directive.Stop : Directive.Restart;
    }

    private void ShutDownWhenHandled()
    {
        _memory.ShutDownAsker = Sender;
        AnswerShutDown();
    }

    private void AnswerShutDown()
    {
        if (Fences.BatchesInFlight > 0)
            return;
        _memory.ShutDownAsker.Tell(new ShutDownCompleted(0));
        _memory.ShutDownAsker = ActorRefs.Nobody;
    }

    private sealed record Look : IPipelineMessage;
}

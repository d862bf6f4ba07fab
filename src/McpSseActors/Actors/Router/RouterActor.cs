using Akka.Actor;
using Akka.Event;
using McpSseActors.Actors.Connection;
using McpSseActors.Actors.Parser;
using McpSseActors.Actors.Stats;
using McpSseActors.Configuration;
using McpSseActors.Events;
using McpSseActors.Handlers;
using McpSseActors.Telemetry;

namespace McpSseActors.Actors.Router;

/// <summary>
/// Hands each event to the handlers of its type. Behind the events of a batch it sends every handler that had one an <see cref="Identify"/>:
/// any actor answers that in the order of its mailbox, so the answer says that the events before it are handled. The statistics are fenced
/// likewise. When all have answered, the connection gets the batch's credit back. What can be in flight is therefore bounded by the credit,
/// however slow a handler is.
/// </summary>
internal sealed partial class RouterActor : UntypedActor, IWithTimers
{
    private StreamOptions _options;
    private readonly PipelineSettings _settings;
    private readonly RouterMemory _memory;
    private readonly HandlerRegistry _registry;
    private readonly IActorRef _stats;
    private readonly StreamMetrics _metrics;
    private readonly ILoggingAdapter _log = Context.GetLogger(LogSources.Handler);
    private readonly PayloadFaults _faults;
    private readonly List<Route> _routesOfBatch = [];
    private readonly List<HandlerSlot> _slotsOfBatch = [];
    private McpEvent?[] _made = [];
    private long _oldestFence;
    private bool _isOpen;
    private bool _hadEvent;

    public RouterActor(LiveOptions options, PipelineSettings settings, RouterMemory memory, HandlerRegistry registry, IActorRef stats)
    {
        _options = options.Value;
        _memory = memory;
        _registry = registry;
        _settings = settings;
        _stats = stats;
        _faults = new PayloadFaults(Context.System, _log, settings.HandlerWarning);
        _metrics = new StreamMetrics(options, Context.System);
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(LiveOptions options, PipelineSettings settings, RouterMemory memory, HandlerRegistry registry, IActorRef stats) =>
        QuietMailbox.For(() => new RouterActor(options, settings, memory, registry, stats));

    protected override void PreStart()
    {
        foreach (var registration in _registry.All.ToArray())
            TryCreate(registration);
        _stats.Tell(new HandlersChanged(_registry.Describe()));
    }

    // The handlers, and what is in flight to them, are none of the fault's matter: only the batch at hand is lost.
    protected override void PreRestart(Exception reason, object message)
    {
    }

    protected override void PostStop() => Fences.GiveUp();

    protected override void PostRestart(Exception reason)
    {
        LookNowAndThen();
        _stats.Tell(new InFlightCounted(Fences.EventsInFlight));
        Context.Parent.Tell(new PipelineRestarted("router"));
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case EventBatch batch:
                Dispatch(batch);
                break;
            case ActorIdentity answer:
                FencePassed(answer);
                break;
            case StreamOpening:
                Open();
                break;
            case Drain drain:
                Answer(drain);
                break;
            case ShutDown:
                ShutDownWhenHandled();
                break;
            case Reconfigure changed:
                Take(changed.Options);
                break;
            case Look:
                WarnOfStandstill();
                _faults.SayHowMany();
                if (Fences.BatchesInFlight == 0)
                    Timers.Cancel(nameof(Look));
                break;
            default:
                OfHandlers(message);
                break;
        }
    }

    private RoutingTable Table => _memory.Table;

    private DeliveryTracker Fences => _memory.Fences;

    // Only while there is something to look at: thousands of idle streams need no timer each.
    private void LookNowAndThen()
    {
        if (!Timers.IsTimerActive(nameof(Look)))
            Timers.StartPeriodicTimer(nameof(Look), new Look(), _settings.HandlerWarning);
    }

    private void Take(StreamOptions options)
    {
        _options = options;
        Table.Subscribe(options.SubscribedEvents);
    }

    private void Open()
    {
        _memory.Connection = Sender;
        _isOpen = true;
        _hadEvent = false;
        _memory.Window.Resume();
    }

    private void Answer(Drain drain) => Sender.Tell(new Drained(drain.Epoch, _memory.Position, Fences.BatchesInFlight, _hadEvent));

    private void SetFences(BatchInFlight batch, EventBuffer events)
    {
        Fences.Set(batch, _stats);
        if (_slotsOfBatch.Count > 0)
            LookNowAndThen();
        foreach (var slot in _slotsOfBatch)
        {
            Fences.Set(batch, slot.Entrance, slot, slot.StartSpan(_metrics, events.AttemptLinks));
        }

        _slotsOfBatch.Clear();
    }

    private void FencePassed(ActorIdentity answer)
    {
        if (answer.MessageId is long fence)
            Lift(fence, isAnswered: answer.Subject is not null);
    }

    private void Lift(long fence, bool isAnswered)
    {
        if (Fences.Lift(fence, isAnswered) is { } handled)
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
        if (batch.Epoch > 0)
            _memory.Connection.Tell(new Credit(batch.Epoch, batch.HadEvents));
        if (batch.Dispatched > 0)
            _stats.Tell(new BatchHandled(batch.Dispatched));
        AnswerShutDown();
    }

    // Events that wait for a handler that drops some were taken, so they too are handled before the end.
    private void ShutDownWhenHandled()
    {
        _memory.ShutDownAsker = Sender;
        _memory.IsShuttingDown = true;
        var last = new BatchInFlight(Epoch: 0, HadEvents: false, Dispatched: 0);
        foreach (var slot in Table.Slots.Where(s => s.Queue is not null))
            Fences.Set(last, slot);
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

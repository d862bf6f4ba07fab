using System.Diagnostics;
using Akka.Actor;
using McpSseActors.Actors.Connection;
using McpSseActors.Actors.DeadLetters;
using McpSseActors.Actors.Parser;
using McpSseActors.Actors.Positions;
using McpSseActors.Actors.Stats;
using McpSseActors.Configuration;
using McpSseActors.Events;
using McpSseActors.Handlers;
using McpSseActors.Mcp;
using McpSseActors.Sse;
using McpSseActors.Telemetry;

namespace McpSseActors.Actors.Router;

/// <summary>
/// Dispatches each event to the handlers of its type: one <see cref="Delivery"/> for each handler that has one in the batch. When all handlers, and
/// the statistics, are done with theirs, the connection gets the credit of the chunk back. So the credit bounds what is in flight, however slow
/// a handler is.
/// </summary>
internal sealed class RouterActor : UntypedActor, IWithTimers
{
    private readonly PipelineSettings _settings;
    private readonly RouterMemory _memory;
    private readonly IActorRef _stats;
    private readonly StreamMetrics _metrics;
    private readonly HandlerReports _reports;
    private readonly HandlerRecovery _recovery;
    private readonly HandlerSet _handlers;
    private readonly BatchDispatcher _dispatcher;
    private readonly string _stream;
    private readonly List<PayloadRejected> _rejected = [];
    private readonly UncountedBatches _uncounted;
    private ChunkInFlight? _chunk;
    private EventBuffer? _events;
    private bool _isOpen, _hadEvent;

    public RouterActor(
        LiveOptions options, PipelineSettings settings, RouterMemory memory, HandlerRegistry registry, IActorRef stats, IActorRef letters, IReadOnlyList<PayloadMapping> payloads)
    {
        _stream = options.Value.Name;
        _memory = memory;
        _settings = settings;
        _uncounted = new UncountedBatches(settings.ChunkSize);
        _stats = stats;
        var log = Context.GetLogger(LogSources.Handler);
        _reports = new HandlerReports(_stream, Context, settings, memory.Deliveries, () => Timers, log);
        _metrics = new StreamMetrics(options, Context.System);
        _recovery = new HandlerRecovery(Self, Context.System.Scheduler, memory, letters, stats, options.Gate, payloads);
        _handlers = new HandlerSet(Context, _stream, settings, memory, registry, stats, _recovery, log, _metrics, Abandon, _reports.Report);
        _dispatcher = new BatchDispatcher(memory, options, ReportFault, position => BeginDeliveries(position));
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(
        LiveOptions options, PipelineSettings settings, RouterMemory memory, HandlerRegistry registry, IActorRef stats, IActorRef letters, IReadOnlyList<PayloadMapping>? payloads = null) =>
        QuietMailbox.For(() => new RouterActor(options, settings, memory, registry, stats, letters, payloads ?? []));

    protected override SupervisorStrategy SupervisorStrategy() =>
        new OneForOneStrategy(-1, Timeout.Infinite, fault => _handlers.OnFailure(Sender, fault), loggingEnabled: false);

    protected override void PreStart() => _handlers.CreateAll();

    // A fault of the router does not concern the handlers and what is in flight to them: only the current batch is lost.
    protected override void PreRestart(Exception reason, object message) => (message as EventBatch)?.Receipt?.Complete(isHandled: false);

    protected override void PostStop() => Deliveries.AbandonAll();

    protected override void PostRestart(Exception reason)
    {
        _reports.Start();
        _stats.Tell(new InFlightCounted(Deliveries.EventsInFlight));
        Context.Parent.Tell(new PipelineRestarted("router"));
    }

    private DeliveryTracker Deliveries => _memory.Deliveries;

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case EventBatch batch:
                Dispatch(batch);
                break;
            case DeliveryHandled handled:
                _recovery.Ended(handled);
                Handled(Deliveries.End(handled.Delivery, isHandled: true));
                break;
            case RetryDue due:
                _recovery.Retry(due.Delivery);
                break;
            case TrialRequested request:
                _memory.Trials?.Request(request, _recovery, Context.Parent);
                break;
            case TrialSaved:
                _memory.Trials?.Saved(_recovery, Context.Parent);
                break;
            case DeadLetterKept kept:
                Handled(_recovery.Kept(kept));
                _memory.MovePosition(_recovery, Context.Parent);
                break;
            case RedeliverDeadLetter redeliver:
                _recovery.Redeliver(redeliver, Sender);
                break;
            case ActorIdentity answer when Deliveries.Find(answer) is { } delivery:
                if (answer.Subject is null)
                    Lose(delivery.Slot);
                Handled(Deliveries.End(delivery, isHandled: answer.Subject is not null));
                break;
            case ActorIdentity:
                break;
            case AddHandler add:
                Sender.Tell(_handlers.Add(add));
                break;
            case RemoveHandler remove:
                Sender.Tell(_handlers.Remove(remove));
                break;
            case GetHandlers:
                Sender.Tell(new HandlerList(_stream, _handlers.Describe()));
                break;
            case Terminated stopped:
                // Akka lets this overtake what the handler answered before.
                Self.Tell(new AnsweredLast(stopped.ActorRef));
                break;
            case AnsweredLast stopped:
                _handlers.RemoveStopped(stopped.Handler, isExpected: _memory.Drain.HasBegun);
                break;
            case StreamOpening opening:
                Open(opening.Position);
                break;
            case Drain drain:
                _memory.IsGoingBack = false;
                Sender.Tell(new Drained(drain.Epoch, _memory.Position, Deliveries.ChunksInFlight + _memory.Credit.Held, _hadEvent));
                break;
            case GetUnfinishedHandlers:
                Sender.Tell(new UnfinishedHandlers([.. Deliveries.Unfinished().Select(slot => slot.Name)]));
                break;
            case DrainStream:
                _memory.Drain.Begin(Sender, _memory);
                _memory.MovePosition(_recovery, Context.Parent);
                _memory.Drain.Answer(Deliveries);
                break;
            case Reconfigure changed:
                _memory.Table.Subscribe(changed.Options.SubscribedEvents);
                break;
            case ResumeAt resume:
                _memory.ResumeAt(resume);
                break;
            case GoBack back:
                _memory.GoBackTo(back.To);
                _isOpen = false;
                Sender.Tell(back);
                break;
            case OwnershipConfirmed:
                _memory.Doubt.End();
                _isOpen = false;
                break;
            case HoldCredit hold:
                _memory.Credit.Hold(hold.IsHeld);
                break;
            case ReportDue:
                _reports.ReportPeriod();
                break;
            default:
                Unhandled(message);
                break;
        }
    }

    private void Open(StreamPosition position)
    {
        _memory.Credit.Connection = Sender;
        if (_memory.IsGoingBack)
            return;
        _isOpen = true;
        _hadEvent = false;
        _memory.Open(position);
    }

    // After a restart nothing is dispatched until the stream opens again: it then resumes before the batch that was lost.
    private void Dispatch(EventBatch batch)
    {
        if (!_isOpen || _memory.Doubt.IsRaised(Context.Parent))
        {
            batch.Receipt?.Complete(isHandled: false);
            return;
        }

        (_chunk, _events) = (new ChunkInFlight(batch.Epoch, batch.Chunks) { DispatchedAt = Stopwatch.GetTimestamp(), Receipt = batch.Receipt }, batch.Events);
        var dispatched = _dispatcher.Dispatch(batch, Self);
        // Events that a transport made itself came without bytes, and prove nothing about the server.
        var hadEvents = batch.IsProof || (batch.Bytes > 0 && Array.Exists(dispatched.Received, static received => !McpProtocol.ProvesNothing(received.Type)));
        _hadEvent |= _chunk.HadEvents = hadEvents;
        _stats.Tell(dispatched);
        var last = BeginDeliveries(_memory.Position);
        if (_uncounted.Add(batch) || last.Deliveries == 0)
            Deliveries.BeginAndAsk(new Delivery(slot: null, events: null), last, _stats);
        // A quiet stream would keep them until its next event, and the collector copy them in the meantime.
        (_chunk, _events) = (null, null);
        _memory.MovePosition(_recovery, Context.Parent);
    }

    private BatchInFlight BeginDeliveries(StreamPosition position)
    {
        var batch = new BatchInFlight(_chunk!, _dispatcher.Told, position) { Suspicion = _dispatcher.Suspicion };
        _chunk!.Dispatched += batch.Dispatched;
        _memory.Handled?.Add(batch);
        foreach (var delivery in _dispatcher.Sent)
            Begin(delivery, batch);
        foreach (var rejected in _rejected)
            _recovery.GiveUp(rejected, batch);
        _rejected.Clear();
        if (_dispatcher.Sent.Count > 0)
            _reports.Start();
        _dispatcher.Sent.Clear();
        return batch;
    }

    // A queue measures what it hands on.
    private void Begin(Delivery delivery, BatchInFlight batch)
    {
        var slot = delivery.Slot!;
        if (slot.Queue is null)
            delivery.Span = BatchSpan.Start(_metrics, slot.Registration, delivery.Count, delivery.BegunAt, _events!.AttemptLinks, _events.ReceivedAt);
        if (slot.TakesDeliveries)
            Deliveries.Begin(delivery, batch);
        else
            Deliveries.BeginAndAsk(delivery, batch, slot.Entrance);
    }

    // A handler that may lose events takes no part in the position.
    private void Lose(HandlerSlot? slot)
    {
        if (slot is not { IsMissed: true, Queue: null } || (_memory.Drain.HasBegun && !Deliveries.HasAny(slot)))
            return;
        Deliveries.Lose(slot);
        _memory.Freeze();
    }

    private void Abandon(HandlerSlot slot, bool isLost)
    {
        if (isLost)
            Lose(slot);
        foreach (var batch in Deliveries.Abandon(slot))
            Handled(batch);
    }

    private void Handled(BatchInFlight? batch)
    {
        if (batch is null)
            return;
        if (batch.Dispatched > 0)
            _stats.Tell(new BatchHandled(batch.Dispatched, Stopwatch.GetElapsedTime(batch.Chunk.DispatchedAt)));
        _memory.MovePosition(_recovery, Context.Parent);
        if (batch.Chunk.Batches == 0)
        {
            _memory.Handled?.Measure(batch.Chunk);
            _memory.Credit.Give(batch.Chunk);
        }

        if (batch.Redelivery is var (asker, letter))
            asker.Tell(new DeadLetterRedelivered(letter, batch.RedeliveryFault));
        _memory.Drain.Answer(Deliveries);
    }

    private void ReportFault(PayloadRejected rejection)
    {
        _reports.Report(rejection);
        if (_settings.KeepsRejectedPayloads)
            _rejected.Add(rejection);
    }

    private sealed record AnsweredLast(IActorRef Handler) : IPipelineMessage;
}

using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using McpSseActors.Actors.Stats;
using McpSseActors.Telemetry;

namespace McpSseActors.Actors.Router;

/// <summary>
/// The queue in front of a handler that the stream does not wait for. It accepts the events of a batch, and answers the router's fence, at once.
/// What it holds is bounded: some events wait, and a few are in the handler's mailbox, followed by a fence. Events that find no room are dropped
/// and counted. It stops with its handler.
/// </summary>
internal sealed class OverflowActor : ReceiveActor, IWithTimers
{
    /// <summary>The most events in the handler's mailbox.</summary>
    public const int MostHandedOver = 32;

    private readonly ILoggingAdapter _log = Context.GetLogger(LogSources.Handler);
    private readonly string _stream;
    private readonly HandlerRegistration _registration;
    private readonly IActorRef _handler;
    private readonly IActorRef _stats;
    private readonly TimeSpan _warning;
    private readonly OverflowQueue _waiting;
    private readonly StreamMetrics _metrics;
    private BatchSpan? _span;
    private long _handedOverAt;
    private bool _isBusy;
    private int _handedOver;
    private long _fence;
    private long _fenceAtLastTick;
    private long _dropped;
    private bool _hasWarned;
    private bool _isFlushing;
    private Action? _whenEmpty;

    public OverflowActor(string stream, HandlerRegistration registration, IActorRef handler, PipelineSettings settings, IActorRef stats, StreamMetrics metrics)
    {
        _stream = stream;
        _registration = registration;
        _handler = handler;
        _stats = stats;
        _metrics = metrics;
        _warning = settings.HandlerWarning;
        _waiting = new OverflowQueue(registration.Overflow, registration.OverflowCapacity, settings.Handlers.OverflowSize);
        Receive<McpEventBatch>(Accept);
        Receive<ActorIdentity>(answer => answer.Subject is not null, _ => FenceAnswered());
        Receive<ActorIdentity>(_ => { }); // The handler has stopped: its Terminated follows.
        Receive<Flush>(FlushQueue);
        Receive<CloseQueue>(Close);
        Receive<HandlerThrew>(threw => _span?.Fail(threw.Fault));
        Receive<Terminated>(_ => Context.Stop(Self));
        Receive<Tick>(_ => Warn());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(string stream, HandlerRegistration registration, IActorRef handler, PipelineSettings settings, IActorRef stats,
        StreamMetrics metrics) =>
        QuietMailbox.For(() => new OverflowActor(stream, registration, handler, settings, stats, metrics));

    protected override void PreStart()
    {
        Context.Watch(_handler);
        Timers.StartPeriodicTimer(nameof(Tick), new Tick(), _warning);
    }

    // Events that the handler has in its mailbox are counted there.
    protected override void PostStop()
    {
        Count(DropReasons.HandlerStopped, _waiting.Events);
        _span?.Abandon();
    }

    private void Accept(McpEventBatch batch)
    {
        var dropped = 0;
        for (var place = 0; place < batch.Count; place++)
            dropped += _waiting.Add(batch.EventAt(place));
        batch.Release();
        Count(DropReasons.Overflow, dropped);
        _dropped += dropped;
        if (!_hasWarned)
            WarnOfDrops();
        HandOver();
    }

    // Sent in the router's name, as to all handlers, so that what a handler leaves when it stops is counted for this stream.
    private void HandOver()
    {
        if (_isBusy)
            return;
        var taken = _waiting.Take(MostHandedOver);
        if (taken.Length == 0)
        {
            _whenEmpty?.Invoke();
            _whenEmpty = null;
            return;
        }

        _handedOverAt = Stopwatch.GetTimestamp();
        _isBusy = true;
        _handedOver = taken.Count(received => !received.IsComment);
        _fence++;
        if (_registration.TakesBatches)
            _handler.Tell(new McpEventBatch(taken), Context.Parent);
        else
            Array.ForEach(taken, received => _handler.Tell(received, Context.Parent));
        _span = BatchSpan.Start(_metrics, _registration, taken.Length, _handedOverAt, LinksOf(taken));
        _handler.Tell(new Identify(_fence));
    }

    // The events may have come from several attempts.
    private static ActivityLink[]? LinksOf(McpEvent[] events) =>
        McpSseTelemetry.Source.HasListeners() ? [.. events.Select(e => e.AttemptLinks).Distinct().SelectMany(links => links ?? [])] : null;

    private void FenceAnswered()
    {
        _span?.End();
        _span = null;
        if (_isFlushing)
            _stats.Tell(new BatchHandled(_handedOver, Stopwatch.GetElapsedTime(_handedOverAt)));
        _isBusy = false;
        _handedOver = 0;
        HandOver();
    }

    // From now on the stream waits for the events in the queue, so they are in flight.
    private void FlushQueue(Flush flush)
    {
        var router = Sender;
        if (!_isFlushing)
            _stats.Tell(new EventsWaiting(_waiting.Events + _handedOver));
        _isFlushing = true;
        _whenEmpty += () => router.Tell(new ActorIdentity(flush.Fence, Self));
        HandOver();
    }

    private void Close(CloseQueue close)
    {
        _whenEmpty += () =>
        {
            if (close.EndsHandler)
                _handler.Tell(PoisonPill.Instance);
            Context.Stop(Self);
        };
        HandOver();
    }

    private void Count(string reason, int events)
    {
        if (events > 0)
            _stats.Tell(new EventsDropped(reason, events));
    }

    private void Warn()
    {
        _hasWarned = false;
        WarnOfDrops();
        if (_isBusy && _fenceAtLastTick == _fence)
            _log.Warning("Handler {Handler} of stream {Stream} has not finished its events for {Seconds} s or more: {Waiting} wait, and the stream goes on",
                _registration.Name, _stream, _warning.TotalSeconds, _waiting.Events);
        _fenceAtLastTick = _fence;
    }

    private void WarnOfDrops()
    {
        if (_dropped == 0)
            return;
        _log.Warning("Handler {Handler} of stream {Stream} is too slow: {Dropped} event(s) dropped since the last report, rule {Overflow}, with {Waiting} waiting",
            _registration.Name, _stream, _dropped, _registration.Overflow, _waiting.Events);
        _dropped = 0;
        _hasWarned = true;
    }

    private sealed record Tick : IPipelineMessage;
}

using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using McpSseActors.Actors.Stats;
using McpSseActors.Telemetry;

namespace McpSseActors.Actors.Router;

/// <summary>
/// Between the router and a handler that the stream does not wait for. It takes the events of a batch at once, and so answers the router's
/// fence at once. What it holds is bounded: some wait, a few are in the handler's hands, behind a fence of its own; what finds no room is
/// dropped and counted. It ends with its handler.
/// </summary>
internal sealed class OverflowActor : ReceiveActor, IWithTimers
{
    /// <summary>So many events are in the handler's hands at the most.</summary>
    public const int HandOver = 32;

    private readonly ILoggingAdapter _log = Context.GetLogger(LogSources.Handler);
    private readonly string _stream;
    private readonly HandlerRegistration _registration;
    private readonly IActorRef _handler;
    private readonly IActorRef _stats;
    private readonly TimeSpan _warning;
    private readonly OverflowQueue _waiting;
    private readonly StreamMetrics _metrics;
    private BatchSpan? _span;
    private bool _isBusy;
    private int _inHand;
    private long _handOvers;
    private long _handOverSeen;
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
        Receive<McpEventBatch>(Take);
        Receive<ActorIdentity>(answer => answer.Subject is not null, _ => TakeBack());
        Receive<ActorIdentity>(_ => { }); // In place of a handler that has stopped: that it has is said next.
        Receive<Flush>(Answer);
        Receive<CloseQueue>(Close);
        Receive<Terminated>(_ => Context.Stop(Self));
        Receive<Tick>(_ => Warn());
    }

    public ITimerScheduler Timers { get; set; } = null!;

    public static Props Props(string stream, HandlerRegistration registration, IActorRef handler, PipelineSettings settings, IActorRef stats, StreamMetrics metrics) =>
        Akka.Actor.Props.Create(() => new OverflowActor(stream, registration, handler, settings, stats, metrics));

    protected override void PreStart()
    {
        Context.Watch(_handler);
        Timers.StartPeriodicTimer(nameof(Tick), new Tick(), _warning);
    }

    // What is in the handler's hands is in its mailbox, and counted from there.
    protected override void PostStop()
    {
        Count(DropReasons.HandlerStopped, _waiting.Events);
        _span?.Abandon();
    }

    private void Take(McpEventBatch batch)
    {
        var dropped = 0;
        foreach (var received in batch.View)
            dropped += _waiting.Add(received.ToEvent());
        batch.Release();
        Count(DropReasons.Overflow, dropped);
        _dropped += dropped;
        if (!_hasWarned)
            WarnOfDrops();
        HandOn();
    }

    // Told in the router's name, as all handlers are told, so that what a handler leaves behind when it stops is counted for this stream.
    private void HandOn()
    {
        if (_isBusy)
            return;
        var taken = _waiting.Take(HandOver);
        if (taken.Length == 0)
        {
            _whenEmpty?.Invoke();
            _whenEmpty = null;
            return;
        }

        var start = Stopwatch.GetTimestamp();
        _isBusy = true;
        _inHand = taken.Count(received => !received.IsComment);
        _handOvers++;
        if (_registration.TakesBatches)
            _handler.Tell(new McpEventBatch(taken), Context.Parent);
        else
            Array.ForEach(taken, received => _handler.Tell(received, Context.Parent));
        _span = BatchSpan.Start(_metrics, _registration, taken.Length, start, LinksOf(taken));
        _handler.Tell(new Identify(_handOvers));
    }

    // What waited may have come by several attempts.
    private static ActivityLink[]? LinksOf(McpEvent[] events) =>
        McpSseTelemetry.Source.HasListeners() ? [.. events.Select(e => e.AttemptLinks).Distinct().SelectMany(links => links ?? [])] : null;

    private void TakeBack()
    {
        _span?.End();
        _span = null;
        if (_isFlushing)
            _stats.Tell(new BatchHandled(_inHand));
        _isBusy = false;
        _inHand = 0;
        HandOn();
    }

    // From now on the stream waits for what waits here, so it is in flight.
    private void Answer(Flush flush)
    {
        var router = Sender;
        if (!_isFlushing)
            _stats.Tell(new EventsWaiting(_waiting.Events + _inHand));
        _isFlushing = true;
        _whenEmpty += () => router.Tell(new ActorIdentity(flush.Fence, Self));
        HandOn();
    }

    private void Close(CloseQueue close)
    {
        _whenEmpty += () =>
        {
            if (close.EndsHandler)
                _handler.Tell(PoisonPill.Instance);
            Context.Stop(Self);
        };
        HandOn();
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
        if (_isBusy && _handOverSeen == _handOvers)
            _log.Warning("Handler {Handler} of stream {Stream} has not finished its events for {Seconds} s or more: {Waiting} wait, and the stream goes on",
                _registration.Name, _stream, _warning.TotalSeconds, _waiting.Events);
        _handOverSeen = _handOvers;
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

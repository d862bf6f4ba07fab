using Akka.Actor;
using McpSseActors.Actors.DeadLetters;
using McpSseActors.Configuration;
using McpSseActors.Telemetry;

namespace McpSseActors.Actors.Stats;

/// <summary>Counts what the other actors report, one message per batch, and answers the queries of its stream at any time.</summary>
internal sealed class StatsActor : UntypedActor
{
    private readonly RecentEventBuffer _recent;
    private readonly EventTotals _totals = new();
    private readonly RateMeter _rate = new();
    private readonly MovingAverage _duration = new();
    private readonly StoppedHandlers _stopped = new();
    private readonly StreamMetrics _metrics;
    private StreamStateChanged _state;
    private StreamStats _stats;
    private TimeSpan _connectedAt;
    private int _attempts;
    private int _reconnects;
    private string? _handledEventId;
    private DateTimeOffset? _handledTime;
    private TimeSpan? _aheadSince;
    private bool _isStored;

    public StatsActor(LiveOptions live, PipelineSettings settings)
    {
        var options = live.Value;
        _totals.LastEventId = options.InitialLastEventId;
        _recent = new RecentEventBuffer(options.EventBufferSize, settings.RecentEventsSize);
        _state = StreamStateChanged.NotStarted(options.Name, Context.System.Scheduler.Now);
        _metrics = new StreamMetrics(live, Context.System);
        _stats = new StreamStats
        {
            Stream = options.Name,
            Node = settings.Placement?.Node ?? "",
            Enabled = options.Enabled,
            Transport = options.Transport,
            ServerUrl = Redact.Url(options.ServerUrl),
            SubscribedEvents = options.SubscribedEvents,
        };
    }

    public static Props Props(LiveOptions options, PipelineSettings settings) =>
        QuietMailbox.For(() => new StatsActor(options, settings));

    protected override void PreStart() => _metrics.Start(() => (_state.NewState, _totals.InFlight, _stopped.Count));

    protected override void PostStop()
    {
        _metrics.Stop();
        _recent.Clear();
    }

    protected override void OnReceive(object message)
    {
        switch (message)
        {
            case BatchDispatched batch:
                Count(batch);
                break;
            case BatchHandled handled:
                _totals.InFlight -= handled.Events;
                _duration.Add(handled.Duration);
                break;
            case InFlightCounted counted:
                _totals.InFlight = counted.Events;
                break;
            case EventsWaiting waiting:
                _totals.InFlight += waiting.Events;
                break;
            case EventsDropped dropped:
                CountDrop(dropped.Reason, dropped.Events);
                break;
            case DeadLetterCounted counted:
                CountLetter(counted);
                break;
            case HandlerFailed:
                _totals.HandlerFailures++;
                break;
            case HandlerStateChanged changed:
                Change(changed);
                break;
            case HandlerLost lost:
                _stopped.Add(lost.Handler);
                Change(new HandlerStateChanged(lost.Handler.Name, HandlerState.Running));
                break;
            case HandlerForgotten forgotten:
                _stopped.Remove(forgotten.Name);
                Change(new HandlerStateChanged(forgotten.Name, HandlerState.Running));
                break;
            case HandlersChanged changed:
                _stats = _stats with { GlobalHandlers = changed.Global, HandlersByType = changed.ByType };
                break;
            case StateReported reported:
                Change(reported.Change);
                break;
            case AttemptsReset:
                _attempts = 0;
                break;
            case McpChanged changed:
                _stats = _stats with { Mcp = changed.Status, Transport = Found(_stats.Transport, changed.Status) };
                break;
            case PositionMoved moved:
                (_handledEventId, _handledTime) = (moved.LastEventId, Context.System.Scheduler.Now);
                _aheadSince = moved.LastEventId == _totals.LastEventId ? null : Context.System.Scheduler.MonotonicClock;
                break;
            case PositionStoreReported report:
                _isStored = true;
                _stats = _stats with { PositionSavedTime = report.SavedAt ?? _stats.PositionSavedTime, PositionStoreFault = report.Fault };
                break;
            case Reconfigure changed:
                ApplyOptions(changed.Options);
                break;
            default:
                Answer(message);
                break;
        }
    }

    private void Answer(object query)
    {
        switch (query)
        {
            case GetStats:
                Sender.Tell(Snapshot());
                break;
            case GetState:
                Sender.Tell(_state);
                break;
            case GetRecentEvents recent:
                Sender.Tell(_recent.Newest(_stats.Stream, pattern: null, recent.Count));
                break;
            case GetEventsByType ofType:
                Find(ofType.Type, ofType.Count);
                break;
            case GetEventsAfter later:
                Find(later.Type, later.Count, later.Sequence);
                break;
            case ClearRecentEvents:
                Sender.Tell(new RecentEventsCleared(_stats.Stream, _recent.Count));
                _recent.Clear();
                break;
            default:
                Unhandled(query);
                break;
        }
    }

    private void Find(string type, int count, long after = 0)
    {
        try
        {
            Sender.Tell(_recent.Newest(_stats.Stream, EventPattern.Parse(type), count, after));
        }
        catch (Exception fault) when (fault is FormatException or ArgumentNullException)
        {
            Sender.Tell(new Status.Failure(fault));
        }
    }

    private void ApplyOptions(StreamOptions options)
    {
        _recent.Resize(options.EventBufferSize);
        _stats = _stats with
        {
            Enabled = options.Enabled,
            Transport = Found(options.Transport, _stats.Mcp),
            ServerUrl = Redact.Url(options.ServerUrl),
            SubscribedEvents = options.SubscribedEvents,
        };
    }

    private static StreamTransport Found(StreamTransport configured, McpStatus? mcp) =>
        StreamTransport.TryParse(mcp?.Transport, out var found) ? found : configured;

    private void Change(HandlerStateChanged changed) => _stats = _stats with
    {
        WaitingHandlers = changed.State is HandlerState.Running
            ? _stats.WaitingHandlers.Remove(changed.Name)
            : _stats.WaitingHandlers.SetItem(changed.Name, changed.State),
    };

    private void Change(StreamStateChanged change)
    {
        if (change is { NewState: ConnectionState.Connecting, OldState: ConnectionState.BackingOff or ConnectionState.Connected })
            _reconnects++;
        (_state, _attempts) = (change, change.Attempt);
        if (change.NewState is ConnectionState.Connected)
            _connectedAt = Context.System.Scheduler.MonotonicClock;
        if (change.RetryIn is { } delay)
            _metrics.Waits(delay);
    }

    private void Count(BatchDispatched batch)
    {
        var received = _totals.Add(batch, Context.System.Scheduler);
        if (_isStored && batch.Dispatched > 0)
            _aheadSince ??= Context.System.Scheduler.MonotonicClock;
        _metrics.CountReceived(batch.Bytes, batch.Comments, batch.Received);
        _metrics.CountRouted(batch.Dispatched, batch.Filtered, batch.Unhandled);
        CountDrop(DropReasons.Duplicate, batch.Duplicates);
        CountDrop(DropReasons.Oversized, batch.LeftOut.Oversized);
        CountDrop(DropReasons.Malformed, batch.LeftOut.Malformed);
        CountDrop(DropReasons.Unwanted, batch.LeftOut.Unwanted);
        _recent.Add(batch.Events);
        _rate.Add(Context.System.Scheduler.MonotonicClock, received);
    }

    private void CountDrop(string reason, int count)
    {
        _metrics.CountDrop(reason, count);
        _totals.AddDropped(reason, count);
    }

    private void CountLetter(DeadLetterCounted counted)
    {
        _metrics.CountDeadLetter(counted.Handler);
        _stats = _stats with { DeadLetters = _stats.DeadLetters + 1 };
    }

    private StreamStats Snapshot() => _totals.Into(_stats) with
    {
        State = _state.NewState,
        StateReason = _state.Reason,
        StoppedHandlers = _stopped.All,
        HandledEventId = _handledEventId,
        HandledTime = _handledTime,
        HandledAge = _isStored ? Context.System.Scheduler.MonotonicClock - (_aheadSince ?? Context.System.Scheduler.MonotonicClock) : null,
        StateSince = _state.Timestamp,
        NextAttemptTime = _state.Timestamp + _state.RetryIn,
        ConsecutiveReconnectAttempts = _attempts,
        TotalReconnectAttempts = _reconnects,
        ConnectedSince = _state.NewState is ConnectionState.Connected ? _state.Timestamp : null,
        // The wall clock may be set meanwhile.
        Uptime = _state.NewState is not ConnectionState.Connected ? TimeSpan.Zero : Context.System.Scheduler.MonotonicClock - _connectedAt,
        EventsPerSecond = _rate.Rate(Context.System.Scheduler.MonotonicClock),
        HandlerLag = _totals.LagAt(Context.System.Scheduler.MonotonicClock),
        HandlerDuration = _duration.Value,
    };
}

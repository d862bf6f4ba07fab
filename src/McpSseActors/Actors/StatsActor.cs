using System.Collections.Immutable;
using Akka.Actor;
using McpSseActors.Configuration;
using McpSseActors.Events;
using McpSseActors.Messages;
using McpSseActors.Telemetry;

namespace McpSseActors.Actors;

/// <summary>Counts what the others report, a message a batch, and answers every query of its stream at any time.</summary>
internal sealed class StatsActor : ReceiveActor
{
    private readonly RecentEventBuffer _recent;
    private readonly RateMeter _rate = new();
    private readonly StreamMetrics _metrics;
    private readonly Dictionary<string, long> _received = new(StringComparer.Ordinal);
    private ImmutableSortedDictionary<string, long> _dropped = ImmutableSortedDictionary.Create<string, long>(StringComparer.Ordinal);
    private StreamStateChanged _state;
    private StreamStats _stats;

    public StatsActor(LiveOptions live, PipelineSettings settings)
    {
        var options = live.Value;
        _recent = new RecentEventBuffer(options.EventBufferSize, settings.RecentEventsSize);
        _state = StreamStateChanged.NotStarted(options.Name, Context.System.Scheduler.Now);
        _metrics = new StreamMetrics(live, Context.System);
        _stats = new StreamStats
        {
            Stream = options.Name,
            Enabled = options.Enable,
            ServerUrl = Redact.Url(options.ServerUrl),
            SubscribedEvents = options.SubscribedEvents,
            LastEventId = NullIfEmpty(options.InitialLastEventId),
        };
        Reports();
        Queries();
    }

    public static Props Props(LiveOptions options, PipelineSettings settings) =>
        Akka.Actor.Props.Create(() => new StatsActor(options, settings));

    protected override void PreStart() => _metrics.Start(() => (_state.NewState, _stats.InFlight));

    protected override void PostStop() => _metrics.Stop();

    private void Reports()
    {
        Receive<StreamStateChanged>(Change);
        Receive<McpChanged>(changed => _stats = _stats with { Mcp = changed.Status });
        Receive<AttemptsReset>(_ => _stats = _stats with { ConsecutiveReconnectAttempts = 0 });
        Receive<BatchDispatched>(Count);
        Receive<BatchHandled>(handled => _stats = _stats with { InFlight = _stats.InFlight - handled.Events });
        Receive<InFlightCounted>(counted => _stats = _stats with { InFlight = counted.Events });
        Receive<HandlerFailed>(_ => _stats = _stats with { HandlerFailures = _stats.HandlerFailures + 1 });
        Receive<EventsWaiting>(waiting => _stats = _stats with { InFlight = _stats.InFlight + waiting.Events });
        Receive<EventsDropped>(dropped => CountDrop(dropped.Reason, dropped.Events));
        Receive<HandlersChanged>(Change);
        Receive<Reconfigure>(changed => Take(changed.Options));
    }

    private void Queries()
    {
        Receive<GetStats>(_ => Sender.Tell(Snapshot()));
        Receive<GetState>(_ => Sender.Tell(_state));
        Receive<GetRecentEvents>(query => Reply(_recent.Newest(query.Count)));
        Receive<GetEventsByType>(Find);
        Receive<ClearRecentEvents>(_ =>
        {
            Sender.Tell(new RecentEventsCleared(_stats.Stream, _recent.Count));
            _recent.Clear();
        });
    }

    private void Reply(ImmutableArray<McpEvent> events) => Sender.Tell(new RecentEvents(_stats.Stream, events));

    private void Find(GetEventsByType query)
    {
        try
        {
            Reply(_recent.Newest(EventPattern.Parse(query.Type), query.Count));
        }
        catch (Exception fault) when (fault is FormatException or ArgumentNullException)
        {
            Sender.Tell(new Status.Failure(fault));
        }
    }

    private void Take(StreamOptions options)
    {
        _recent.Resize(options.EventBufferSize);
        _stats = _stats with
        {
            Enabled = options.Enable,
            ServerUrl = Redact.Url(options.ServerUrl),
            SubscribedEvents = options.SubscribedEvents,
        };
    }

    private void Change(StreamStateChanged change)
    {
        var isReconnect = change is { NewState: ConnectionState.Connecting, OldState: ConnectionState.BackingOff or ConnectionState.Connected };
        _state = change;
        if (change.RetryIn is { } delay)
            _metrics.Waits(delay);
        _stats = _stats with
        {
            ConsecutiveReconnectAttempts = change.Attempt,
            TotalReconnectAttempts = _stats.TotalReconnectAttempts + (isReconnect ? 1 : 0),
            ConnectedSince = change.NewState is ConnectionState.Connected ? change.Timestamp : null,
        };
    }

    private void Change(HandlersChanged changed)
    {
        var isGlobal = changed.Handlers.ToLookup(h => EventPattern.Parse(h.Pattern).IsGlobal);
        _stats = _stats with
        {
            GlobalHandlers = isGlobal[true].Count(),
            HandlersByType = isGlobal[false].GroupBy(h => h.Pattern, StringComparer.Ordinal)
                .ToImmutableSortedDictionary(g => g.Key, g => g.Count(), StringComparer.Ordinal),
        };
    }

    private void Count(BatchDispatched batch)
    {
        var received = 0;
        foreach (var (type, count) in batch.Received)
        {
            _received[type] = _received.GetValueOrDefault(type) + count;
            received += count;
        }

        _metrics.Count(batch);
        CountDrop("duplicate", batch.Duplicates);
        CountDrop("oversized", batch.LeftOut.Oversized);
        CountDrop("malformed", batch.LeftOut.Malformed);
        CountDrop("unwanted", batch.LeftOut.Unwanted);
        _recent.Add(batch.Events);
        _rate.Add(Context.System.Scheduler.MonotonicClock, received);
        _stats = _stats with
        {
            TotalEventsReceived = _stats.TotalEventsReceived + received,
            Dispatched = _stats.Dispatched + batch.Dispatched,
            Filtered = _stats.Filtered + batch.Filtered,
            Unhandled = _stats.Unhandled + batch.Unhandled,
            PayloadFaults = _stats.PayloadFaults + batch.PayloadFaults,
            InFlight = _stats.InFlight + batch.Dispatched,
            Comments = _stats.Comments + batch.Comments,
            BytesReceived = _stats.BytesReceived + batch.Bytes,
            LastEventId = NullIfEmpty(batch.LastEventId),
            LastEventTime = received > 0 ? Context.System.Scheduler.Now : _stats.LastEventTime,
        };
    }

    private void CountDrop(string reason, int count)
    {
        _metrics.CountDrop(reason, count);
        if (count > 0)
            _dropped = _dropped.SetItem(reason, _dropped.GetValueOrDefault(reason) + count);
    }

    private StreamStats Snapshot() => _stats with
    {
        State = _state.NewState,
        StateReason = _state.Reason,
        StateSince = _state.Timestamp,
        NextAttemptTime = _state.Timestamp + _state.RetryIn,
        Uptime = _stats.ConnectedSince is { } since ? Context.System.Scheduler.Now - since : TimeSpan.Zero,
        EventsByType = _received.ToImmutableSortedDictionary(StringComparer.Ordinal),
        Dropped = _dropped,
        EventsPerSecond = _rate.Rate(Context.System.Scheduler.MonotonicClock),
    };

    private static string? NullIfEmpty(string text) => text.Length == 0 ? null : text;
}

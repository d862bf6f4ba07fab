using System.Diagnostics;
using System.Text;
using Akka.Actor;
using McpSseActors.Actors.Stats;
using McpSseActors.Configuration;
using McpSseActors.Events;
using McpSseActors.Sse;

namespace McpSseActors.Actors.Router;

/// <summary>Dispatches a batch: finds the handlers of each event, leaves out repeats and filtered events, and tells one handler after the other.</summary>
/// <param name="memory">What the router must not forget.</param>
/// <param name="options">The options of the stream.</param>
/// <param name="reportFault">Called for each event whose payload does not fit.</param>
/// <param name="onSplit">Called when the handlers were told of some events of a batch and more follow, with the position after them.</param>
internal sealed class BatchDispatcher(RouterMemory memory, LiveOptions options, Action<PayloadRejected> reportFault, Action<StreamPosition> onSplit)
{
    private readonly List<Route> _routes = [];
    private readonly List<HandlerSlot> _slots = [];
    private int _missed;
    private int _length;
    private readonly List<Delivery> _sent = [];
    private readonly PickList _picks = new();
    private StreamOptions? _known;
    private string _principal = "";
    private string _subscription = "";

    /// <summary>The events that went to a handler since the last split.</summary>
    public int Told { get; private set; }

    /// <summary>What is known of these events if they may have killed the process; null if they are above suspicion.</summary>
    public Suspicion? Suspicion { get; private set; }

    /// <summary>These events on their way to the handlers.</summary>
    public List<Delivery> Sent => _sent;

    /// <summary>Dispatches a batch.</summary>
    /// <param name="batch">The events; the receiver of the result releases them.</param>
    /// <param name="router">The sender.</param>
    public BatchDispatched Dispatch(EventBatch batch, IActorRef router)
    {
        var isSubscription = options.Value.Transport == StreamTransport.Events;
        if (isSubscription)
            memory.Seen.Begin(Subscription());
        Begin();
        var isSplit = false;
        var (events, rejections) = (batch.Events, batch.Rejected);
        _missed = 0;
        int dispatched = 0, filtered = 0, unhandled = 0, duplicates = 0, faults = 0, rejected = 0;
        for (var index = 0; index < events.Count; index++)
        {
            if (Told >= _length && !events.IsComment(index - 1))
            {
                Send(events, router);
                isSplit = true;
                onSplit(PositionAfter(index - 1, batch));
                Begin();
            }

            var route = memory.Table.Find(events, index);
            if (events.IsComment(index))
            {
                Pick(route, index);
                continue;
            }

            Count(route);
            var mayBeRepeat = memory.ExpectsRepeats;
            if (mayBeRepeat)
                memory.Reach(events.LastId(index));
            var rejection = rejected < rejections.Length && rejections[rejected].Event == events.Made(index) ? rejections[rejected++] : null;
            if (IsRepeat(events, index) && options.Value.Duplicates == DuplicateEvents.Drop)
            {
                duplicates++;
                continue;
            }

            if (!route.IsSubscribed)
            {
                filtered++;
                continue;
            }

            events.Accept(index);
            if (mayBeRepeat)
            {
                memory.CountRepeat();
                // Without an ID, a new process gets other events.
                if (!events.LastId(index).IsEmpty)
                    events.MarkRedelivered(index);
            }

            if (rejection is not null)
            {
                faults++;
                reportFault(rejection);
            }

            Pick(route, index);
            if (route.IsHandled)
                (dispatched, Told) = (dispatched + 1, Told + 1);
            else
                unhandled++;
        }

        Send(events, router);
        _picks.End();
        memory.Credit.ReadLength.Judge(Told, isSplit ? 0 : _slots.Count, _picks.Count);
        // Only now: what every handler was sent must not come again, and what was cut off must.
        if (isSubscription)
            memory.Seen.Remember();
        else
            memory.Window.Remember(events);
        if (memory.ExpectsRepeats)
            memory.Reach(Encoding.UTF8.GetBytes(batch.Position.LastEventId));
        MoveTo(batch.Position);
        return new BatchDispatched
        {
            Events = events,
            Received = TakeCounts(),
            Dispatched = dispatched,
            Filtered = filtered,
            Unhandled = unhandled,
            Duplicates = duplicates,
            MissedDuplicates = _missed,
            PayloadFaults = faults,
            LeftOut = batch.LeftOut,
            Comments = batch.Comments,
            Bytes = batch.Bytes,
            LastEventId = memory.Position.LastEventId,
        };
    }

    // A principal that is unknown may be the one before.
    private string Subscription()
    {
        if (ReferenceEquals(_known, options.Value))
            return _subscription;
        _known = options.Value;
        _principal = Principal.Of(_known) is { Length: > 0 } principal ? principal : _principal;
        return _subscription = $"{_principal}\n{_known.Event.Name}\n{_known.Event.Arguments}";
    }

    private void Begin()
    {
        memory.Batch++;
        Told = 0;
        Suspicion = memory.Trials?.Next();
        _length = (Suspicion is null ? memory.Handled?.BatchLength : memory.Trials!.BatchLength) ?? int.MaxValue;
        _slots.Clear();
        _sent.Clear();
        _picks.Begin();
    }

    private StreamPosition PositionAfter(int index, EventBatch batch) => batch.Events.IsRepeat(index)
        ? memory.Position
        : batch.Position with { LastEventId = Encoding.UTF8.GetString(batch.Events.LastId(index)) };

    // Needed after a resume only: for the first events, mostly, and never again.
    private bool IsRepeat(EventBuffer events, int index)
    {
        if (events.IsOccurrence(index))
            return IsRepeatedOccurrence(events, index);
        if (!memory.Window.IsWatching || options.Value.Duplicates == DuplicateEvents.Deliver)
            return false;
        var wasOpen = memory.Window.IsOpen;
        var isRepeat = memory.Window.IsRepeat(events, index);
        if (isRepeat)
            events.MarkRepeat(index);
        else
            _missed += memory.Window.FindMissed(events, index);
        if (wasOpen && (isRepeat || !memory.Window.IsOpen))
            memory.LastRepeat = isRepeat ? Encoding.UTF8.GetString(events.Id(index)) : null;
        return isRepeat;
    }

    // It may come at any time, and the position moves past it.
    private bool IsRepeatedOccurrence(EventBuffer events, int index)
    {
        if (options.Value.Duplicates == DuplicateEvents.Deliver || !memory.Seen.IsRepeat(events.Id(index)))
            return false;
        events.MarkRepeat(index);
        return true;
    }

    // A repeat lies before the position already reached: resuming from it would ask for what has been dispatched.
    private void MoveTo(StreamPosition position)
    {
        var isBehind = memory.LastRepeat is { } id && id == position.LastEventId;
        memory.Position = isBehind ? position with { LastEventId = memory.Position.LastEventId } : position;
        if (!isBehind)
            memory.LastRepeat = null;
    }

    private void Pick(Route route, int index)
    {
        foreach (var slot in route.Slots)
        {
            if (slot.LastBatch != memory.Batch)
            {
                slot.LastBatch = memory.Batch;
                slot.Picked = default;
                _slots.Add(slot);
            }

            _picks.Add(ref slot.Picked, index);
        }
    }

    // One handler after the other: a mailbox that is filled while its actor empties it costs both of them more.
    private void Send(EventBuffer events, IActorRef router)
    {
        var made = _picks.HasShared ? new MadeEvents(events, _slots.Count) : null;
        var places = _picks.PlaceAll(events, _slots);
        events.Retain(_slots.Count);
        var now = Stopwatch.GetTimestamp();
        foreach (var slot in _slots)
            _sent.Add(slot.Send(events, places, made, Suspicion is not null, now, router));
        memory.Trials?.Sent(Told);
    }

    private void Count(Route route)
    {
        if (route.Count++ == 0)
            _routes.Add(route);
    }

    private (string Type, int Count)[] TakeCounts()
    {
        if (_routes is [{ Count: 1 } only])
        {
            _routes.Clear();
            only.Count = 0;
            return only.One;
        }

        var counts = new (string, int)[_routes.Count];
        for (var i = 0; i < counts.Length; i++)
        {
            counts[i] = (_routes[i].CountedType, _routes[i].Count);
            _routes[i].Count = 0;
        }

        _routes.Clear();
        return counts;
    }
}

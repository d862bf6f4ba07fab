using System.Text;
using Akka.Actor;
using McpSseActors.Actors.Stats;
using McpSseActors.Configuration;
using McpSseActors.Events;
using McpSseActors.Sse;

namespace McpSseActors.Actors.Router;

/// <summary>Dispatches a batch: finds the handlers of each event, leaves out repeats and filtered events, and tells one handler after the other.</summary>
internal sealed class BatchDispatcher(RouterMemory memory, LiveOptions options, Action<PayloadRejected> reportFault)
{
    private readonly List<Route> _routes = [];
    private readonly List<HandlerSlot> _slots = [];
    private McpEvent?[] _made = [];

    /// <summary>The handlers that had an event of the last batch.</summary>
    public IReadOnlyList<HandlerSlot> Slots => _slots;

    /// <summary>Dispatches a batch.</summary>
    /// <param name="batch">The events; the receiver of the result releases them.</param>
    /// <param name="router">The sender.</param>
    public BatchDispatched Dispatch(EventBatch batch, IActorRef router)
    {
        memory.Batch++;
        _slots.Clear();
        var (events, rejections) = (batch.Events, batch.Rejected);
        int dispatched = 0, filtered = 0, unhandled = 0, duplicates = 0, faults = 0, rejected = 0;
        for (var index = 0; index < events.Count; index++)
        {
            var route = memory.Table.Find(events, index);
            if (events.IsComment(index))
            {
                Pick(route, events, index);
                continue;
            }

            Count(route);
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
            if (rejection is not null)
            {
                faults++;
                reportFault(rejection);
            }

            Pick(route, events, index);
            if (route.IsHandled)
                dispatched++;
            else
                unhandled++;
        }

        Tell(events, router);
        MoveTo(batch.Position);
        return new BatchDispatched
        {
            Events = events,
            Received = TakeCounts(),
            Dispatched = dispatched,
            Filtered = filtered,
            Unhandled = unhandled,
            Duplicates = duplicates,
            PayloadFaults = faults,
            LeftOut = batch.LeftOut,
            Comments = batch.Comments,
            Bytes = batch.Bytes,
            LastEventId = memory.Position.LastEventId,
        };
    }

    // Needed after a resume only: for the first events, mostly, and never again.
    private bool IsRepeat(EventBuffer events, int index)
    {
        if (!memory.Window.IsOpen || options.Value.Duplicates == DuplicateEvents.Deliver)
            return false;
        var isRepeat = memory.Window.IsRepeat(events, index);
        if (isRepeat)
            events.MarkRepeat(index);
        if (isRepeat || !memory.Window.IsOpen)
            memory.LastRepeat = isRepeat ? Encoding.UTF8.GetString(events.Id(index)) : null;
        return isRepeat;
    }

    // A repeat lies before the position already reached: resuming from it would ask for what has been dispatched.
    private void MoveTo(StreamPosition position)
    {
        var isBehind = memory.LastRepeat is { } id && id == position.LastEventId;
        memory.Position = isBehind ? position with { LastEventId = memory.Position.LastEventId } : position;
        if (!isBehind)
            memory.LastRepeat = null;
    }

    private void Pick(Route route, EventBuffer events, int index)
    {
        foreach (var slot in route.Slots)
        {
            if (slot.LastBatch != memory.Batch)
            {
                slot.Begin(memory.Batch, events);
                _slots.Add(slot);
            }

            slot.Pick(index);
        }
    }

    // One handler after the other: a mailbox that is filled while its actor empties it costs both of them more.
    private void Tell(EventBuffer events, IActorRef router)
    {
        if (_made.Length < events.Count)
            _made = new McpEvent?[events.Count];
        foreach (var slot in _slots)
            slot.Tell(events, _made, router);
        Array.Clear(_made, 0, events.Count);
        // Only now: what every handler was sent must not come again, and what was cut off must.
        memory.Window.Remember(events);
    }

    private void Count(Route route)
    {
        if (route.Count++ == 0)
            _routes.Add(route);
    }

    private (string Type, int Count)[] TakeCounts()
    {
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

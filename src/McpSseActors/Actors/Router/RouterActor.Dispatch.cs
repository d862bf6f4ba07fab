using Akka.Actor;
using McpSseActors.Actors.Stats;
using McpSseActors.Events;

namespace McpSseActors.Actors.Router;

/// <summary>The way of a batch: who gets which of its events, and what becomes of the others.</summary>
internal sealed partial class RouterActor
{
    // After a restart nothing is dispatched until the stream opens anew: it then resumes before the batch that was lost.
    private void Dispatch(EventBatch batch)
    {
        if (!_isOpen)
            return;
        _memory.Batch++;
        var (events, rejections) = (batch.Events, batch.Rejected);
        int received = 0, dispatched = 0, filtered = 0, unhandled = 0, duplicates = 0, faults = 0, rejected = 0;
        for (var index = 0; index < events.Count; index++)
        {
            var route = Table.Find(events, index);
            if (events.IsComment(index))
            {
                Pick(route, events, index);
                continue;
            }

            received++;
            Count(route);
            var rejection = rejected < rejections.Length && rejections[rejected].Event == events.Made(index) ? rejections[rejected++] : null;
            if (IsRepeat(events, index))
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
                _faults.Say(rejection);
                LookNowAndThen();
            }

            Pick(route, events, index);
            if (route.IsHandled)
                dispatched++;
            else
                unhandled++;
        }

        Tell(events);
        // Events that a transport made itself came without bytes, and prove nothing of the server.
        var hadEvents = received > 0 && batch.Bytes > 0;
        _hadEvent |= hadEvents;
        _memory.Position = batch.Position;
        _stats.Tell(new BatchDispatched
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
            LastEventId = batch.Position.LastEventId,
        });
        SetFences(new BatchInFlight(batch.Epoch, hadEvents, dispatched), events);
    }

    // Looked at only behind a resume: in the first events, mostly, and never again.
    private bool IsRepeat(EventBuffer events, int index)
    {
        if (!_memory.Window.IsOpen || !_memory.Window.IsRepeat(events, index))
            return false;
        events.MarkRepeat(index);
        return true;
    }

    private void Pick(Route route, EventBuffer events, int index)
    {
        foreach (var slot in route.Slots)
        {
            if (slot.LastBatch != _memory.Batch)
            {
                slot.Begin(_memory.Batch, events);
                _slotsOfBatch.Add(slot);
            }

            slot.Pick(index);
        }
    }

    // One handler after the other: a mailbox that is filled while its actor empties it costs both of them more.
    private void Tell(EventBuffer events)
    {
        if (_made.Length < events.Count)
            _made = new McpEvent?[events.Count];
        foreach (var slot in _slotsOfBatch)
            slot.Tell(events, _made, Self);
        Array.Clear(_made, 0, events.Count);
        // Only now: what every handler has been sent must not come again, and what broke off must.
        _memory.Window.Remember(events);
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
}

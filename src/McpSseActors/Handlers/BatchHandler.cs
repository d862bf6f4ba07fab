using Akka.Actor;
using McpSseActors.Events;

namespace McpSseActors;

/// <summary>
/// A handler that gets its events a batch at a time: those of one read from the network that its pattern wants, in the order of the stream.
/// For many small events that are cheaper to handle together, for example by one database command. Add it like any other actor, with
/// <c>AddHandler&lt;TActor&gt;(pattern)</c>, and recognised by its class.
/// </summary>
/// <remarks>
/// An exception counts as one failure. The rest of the batch is not handled, and counts as <see cref="DropReasons.BatchFailed"/>: the events after the
/// one of the <c>foreach</c> in which it was thrown, or all if it was thrown outside.
/// </remarks>
public abstract class BatchHandler : UntypedActor
{
    /// <summary>Handles the events of a batch; they are handled when it returns.</summary>
    /// <param name="events">At least one. The view cannot be kept: <see cref="EventView.ToEvent"/> gives what can.</param>
    protected abstract void Handle(EventBatchView events);

    /// <summary>Handles a message that does not come from the stream, for example from a timer. Default: unhandled.</summary>
    /// <param name="message">The message.</param>
    protected virtual void HandleOther(object message) => Unhandled(message);

    /// <summary>Tells events from other messages.</summary>
    /// <param name="message">The message.</param>
    protected sealed override void OnReceive(object message)
    {
        var batch = message switch
        {
            McpEventBatch several => several,
            McpEvent one => new McpEventBatch(one),
            _ => null,
        };
        if (batch is null)
        {
            HandleOther(message);
            return;
        }

        Handle(batch.View);
        batch.Release();
    }
}

/// <summary>What a <see cref="BatchHandler"/> is told; a test can tell it one. Does not leave the process.</summary>
public sealed class McpEventBatch : INoSerializationVerificationNeeded
{
    private readonly EventBuffer _events;
    private readonly MadeEvents? _made;
    private readonly bool _isHolder;
    private readonly int _start;
    private int[] _places;

    /// <summary>Makes a batch, for tests.</summary>
    /// <param name="events">The events, in order; at least one.</param>
    public McpEventBatch(params ReadOnlySpan<McpEvent> events)
    {
        _events = EventBuffer.Of(events);
        Count = events.Length;
        _places = [.. Enumerable.Range(0, Count)];
    }

    /// <param name="events">Retained for the receiver, who releases it.</param>
    /// <param name="places">The places of those that the receivers want.</param>
    /// <param name="start">Where those begin that this one wants.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="made">Events that several receivers share, retained as well; null if they make their own.</param>
    internal McpEventBatch(EventBuffer events, int[] places, int start, int count, MadeEvents? made = null)
    {
        _events = events;
        _made = made;
        (_places, _start) = (places, start);
        _isHolder = true;
        Count = count;
    }

    /// <summary>How many events there are.</summary>
    public int Count { get; }

    /// <summary>The events that a handler has come to, if it left its walk before the end; otherwise zero.</summary>
    internal int Reached { get; set; }

    /// <summary>When the first of them was received.</summary>
    internal DateTimeOffset ReceivedAt => IsReleased ? default : _events.Origin(Places[0]).Timestamp;

    internal string Stream => Count == 0 ? "" : _events.Origin(Places[0]).Stream;

    internal EventBatchView View => new(this, _events, Places);

    private ReadOnlySpan<int> Places => _places.AsSpan(_start, Count);

    internal bool IsReleased => _places.Length == 0;

    /// <summary>One of the events, as an object that can be kept.</summary>
    internal McpEvent EventAt(int place) => _made?.Get(Places[place]) ?? _events.ToEvent(Places[place]);

    /// <summary>How many there are, comment lines apart.</summary>
    internal int CountEvents() => CountFrom(0);

    /// <summary>How many a handler that threw did not come to: all, if it threw outside its walk.</summary>
    internal int CountLeft() => CountFrom(Reached);

    /// <summary>The place of the event at which a handler threw; -1 if it threw outside its walk.</summary>
    internal int FailedPlace => Reached - 1;

    /// <summary>Gets the event at which a handler threw, if it did so within its walk.</summary>
    internal bool TryGetCurrent(out EventView current)
    {
        current = Reached > 0 && !IsReleased ? new EventView(_events, Places[Reached - 1]) : default;
        return Reached > 0 && !IsReleased;
    }

    // Once they are released, comment lines are not known any more.
    private int CountFrom(int first)
    {
        if (IsReleased)
            return Count - first;
        var events = 0;
        foreach (var index in Places[first..])
            events += _events.IsComment(index) ? 0 : 1;
        return events;
    }

    /// <summary>The events have been handled. Not called after a failure: then the message may be handled again, as one that a test made always may.</summary>
    internal void Release()
    {
        if (!_isHolder)
            return;
        _places = [];
        _made?.Release();
        _events.Release();
    }
}

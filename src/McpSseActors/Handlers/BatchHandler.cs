using System.Buffers;
using Akka.Actor;
using McpSseActors.Events;

namespace McpSseActors;

/// <summary>
/// A handler that gets its events a batch at a time: those of one read from the network that its pattern wants, in the order of the stream.
/// For many small events that are cheaper to handle together, for example by one database command. Add it like any other actor, with
/// <c>AddHandler&lt;TActor&gt;(pattern)</c>, and recognised by its class.
/// </summary>
/// <remarks>An exception counts as one failure, and the rest of the current batch is not handled.</remarks>
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
    private readonly bool _isPooled;
    private int[] _picked;

    /// <summary>Makes a batch, for tests.</summary>
    /// <param name="events">The events, in order; at least one.</param>
    public McpEventBatch(params ReadOnlySpan<McpEvent> events)
    {
        _events = EventBuffer.Of(events);
        Count = events.Length;
        _picked = [.. Enumerable.Range(0, Count)];
    }

    /// <param name="events">Retained for the receiver, who releases it.</param>
    /// <param name="picked">The places of those that the receiver wants, from the pool.</param>
    /// <param name="count">How many there are.</param>
    internal McpEventBatch(EventBuffer events, int[] picked, int count)
    {
        _events = events;
        _picked = picked;
        _isPooled = true;
        Count = count;
    }

    /// <summary>How many events there are.</summary>
    public int Count { get; }

    internal string Stream => Count == 0 ? "" : _events.Origin(_picked[0]).Stream;

    internal EventBatchView View => new(_events, _picked.AsSpan(0, Count));

    /// <summary>How many there are, comment lines apart.</summary>
    internal int CountEvents()
    {
        var events = 0;
        foreach (var index in _picked.AsSpan(0, Count))
            events += _events.IsComment(index) ? 0 : 1;
        return events;
    }

    /// <summary>The events have been handled. Not called after a failure: then the message may be handled again, as one that a test made always may.</summary>
    internal void Release()
    {
        if (!_isPooled)
            return;
        ArrayPool<int>.Shared.Return(_picked);
        _picked = [];
        _events.Release();
    }
}

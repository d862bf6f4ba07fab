using System.Collections.Immutable;
using Akka.Actor;
using McpSseActors.Events;

namespace McpSseActors.Handlers;

/// <summary>
/// A handler that gets its events a batch at a time: those of one read from the network that its pattern wants, in the order of the stream.
/// For many small events that are cheaper to handle together, written to a table with one command, say. Added as every other actor, with
/// <c>AddHandler&lt;TActor&gt;(pattern)</c>, and recognised by its class.
/// </summary>
/// <remarks>What it throws counts as one failure, and the rest of the batch at hand is not handled.</remarks>
public abstract class BatchHandler : UntypedActor
{
    /// <summary>Handles the events of a batch; they are handled when it returns.</summary>
    /// <param name="events">At least one. The view cannot be kept: <see cref="EventView.ToEvent"/> gives what can.</param>
    protected abstract void Handle(EventBatchView events);

    /// <summary>Takes a message that is not of the stream, a timer's, say. Default: it is unhandled.</summary>
    /// <param name="message">The message.</param>
    protected virtual void HandleOther(object message) => Unhandled(message);

    /// <summary>Tells events from other messages.</summary>
    /// <param name="message">The message.</param>
    protected sealed override void OnReceive(object message)
    {
        if (message is McpEventBatch batch)
            Handle(new EventBatchView(batch.Events.AsSpan()));
        else if (message is McpEvent received)
            Handle(new EventBatchView([received]));
        else
            HandleOther(message);
    }
}

/// <summary>What a <see cref="BatchHandler"/> is told; a test can tell it one. Does not leave the process.</summary>
/// <param name="Events">The events, in order; at least one.</param>
public sealed record McpEventBatch(ImmutableArray<McpEvent> Events) : INoSerializationVerificationNeeded;

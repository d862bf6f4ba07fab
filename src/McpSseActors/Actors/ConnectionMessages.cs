using System.Diagnostics;
using Akka.Actor;
using Akka.Event;
using McpSseActors.Connections;

namespace McpSseActors.Actors;

/// <summary>Messages inside one stream's pipeline. They never leave the process, and what comes too late for anyone is no news.</summary>
internal interface IPipelineMessage : INoSerializationVerificationNeeded, IDeadLetterSuppression;

/// <summary>Connection to parser, and on to router: the bytes of a new epoch follow.</summary>
/// <param name="Epoch">The number of the attempt.</param>
/// <param name="LastEventId">The ID that was sent to the server; empty for none.</param>
/// <param name="Links">What links the events to the attempt's span; null without one.</param>
internal sealed record StreamOpening(long Epoch, string LastEventId, ActivityLink[]? Links = null) : IPipelineMessage;

/// <summary>Attempt to parser: bytes of an epoch.</summary>
/// <param name="Epoch">The number of the attempt.</param>
/// <param name="Chunk">The bytes; the parser gives the buffer back.</param>
internal sealed record ChunkReceived(long Epoch, Chunk Chunk) : IPipelineMessage;

/// <summary>Connection to parser, and on to router: nothing more of this epoch. Reply, from the router to the connection: <see cref="Drained"/>.</summary>
/// <param name="Epoch">The number of the attempt that is over.</param>
/// <param name="ServerRetry">Filled in by the parser: the reconnection time that the server gave last.</param>
internal sealed record Drain(long Epoch, TimeSpan? ServerRetry = null) : IPipelineMessage;

/// <summary>Router to connection: every event of the epoch has been dispatched.</summary>
/// <param name="Epoch">The number of the attempt that is over.</param>
/// <param name="LastEventId">The last event ID that was dispatched; empty for none.</param>
/// <param name="ServerRetry">The reconnection time that the server gave last.</param>
/// <param name="ChunksInFlight">The chunks whose events are not handled yet, of this epoch and earlier ones.</param>
/// <param name="HadEvent">Whether the epoch brought an event.</param>
internal sealed record Drained(long Epoch, string LastEventId, TimeSpan? ServerRetry, int ChunksInFlight, bool HadEvent) : IPipelineMessage;

/// <summary>Router to connection: a chunk's events are handled, one more may be read.</summary>
/// <param name="Epoch">The number of the attempt that brought the chunk.</param>
/// <param name="HadEvents">Whether the chunk had events.</param>
internal sealed record Credit(long Epoch, bool HadEvents) : IPipelineMessage;

/// <summary>Connection to attempt: one more chunk may be read.</summary>
internal sealed record Grant : IPipelineMessage
{
    public static readonly Grant One = new();
}

/// <summary>Attempt to connection: the server accepted.</summary>
/// <param name="Epoch">The number of the attempt.</param>
/// <param name="PermanentUrl">Where the next attempt starts.</param>
internal sealed record AttemptOpened(long Epoch, Uri PermanentUrl) : IPipelineMessage;

/// <summary>Attempt to connection: it is over. Bytes that still come of it are dropped by the parser, once that has been told.</summary>
/// <param name="Epoch">The number of the attempt.</param>
/// <param name="Outcome">How it ended.</param>
internal sealed record AttemptEnded(long Epoch, AttemptOutcome Outcome) : IPipelineMessage;

/// <summary>Connection to attempt: end. Reply: <see cref="AttemptEnded"/>.</summary>
/// <param name="Outcome">What the reply shall say.</param>
/// <param name="IsFinal">Whether no other attempt follows, so that leave is to be taken of the server.</param>
internal sealed record CloseAttempt(AttemptOutcome Outcome, bool IsFinal = false) : IPipelineMessage;

/// <summary>Parser or router to the stream, and on to the connection: it was restarted after a bug and lost the chunk that it was working on.</summary>
/// <param name="Actor">Which one.</param>
internal sealed record PipelineRestarted(string Actor) : IPipelineMessage;

/// <summary>Host to supervisor to streams: stop reading, let what is in flight be handled. Reply: <see cref="ShutDownCompleted"/>.</summary>
/// <param name="Reason">Why, in words for an operator.</param>
internal sealed record ShutDown(string Reason) : IPipelineMessage
{
    /// <summary>The end of all streams.</summary>
    public static readonly ShutDown Instance = new("the host shuts down");

    /// <summary>The end of one.</summary>
    public static readonly ShutDown Removal = new("removed");
}

/// <summary>Supervisor to stream: answer what was asked, and stop.</summary>
internal sealed record EndStream : IPipelineMessage
{
    public static readonly EndStream Instance = new();
}

/// <summary>Everything in flight is handled, or its time is over.</summary>
/// <param name="Unhandled">Events whose handling had not ended.</param>
internal sealed record ShutDownCompleted(long Unhandled) : IPipelineMessage;

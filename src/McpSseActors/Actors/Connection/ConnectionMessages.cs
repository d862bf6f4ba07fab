using McpSseActors.Connections;
using McpSseActors.Sse;

namespace McpSseActors.Actors.Connection;

/// <summary>Router to connection: every event of the epoch has been dispatched.</summary>
/// <param name="Epoch">The number of the attempt that is over.</param>
/// <param name="Position">The position after the last event that was dispatched.</param>
/// <param name="ChunksInFlight">The chunks whose events are not handled yet, of this epoch and earlier ones; a large one counts for several.</param>
/// <param name="HadEvent">Whether the epoch brought an event.</param>
internal sealed record Drained(long Epoch, StreamPosition Position, int ChunksInFlight, bool HadEvent) : IPipelineMessage;

/// <summary>Router to connection: a chunk's events are handled, and more may be read.</summary>
/// <param name="Epoch">The number of the attempt that brought the chunk.</param>
/// <param name="HadEvents">Whether the chunk had events.</param>
/// <param name="Chunks">What it counted for.</param>
/// <param name="ChunksPerRead">How many chunks to read at a time from now on. The window grows by two for each beyond the first.</param>
internal sealed record Credit(long Epoch, bool HadEvents, int Chunks = 1, int ChunksPerRead = 1) : IPipelineMessage;

/// <summary>Attempt to connection: the server accepted.</summary>
/// <param name="Epoch">The number of the attempt.</param>
/// <param name="PermanentUrl">Where the next attempt starts.</param>
internal sealed record AttemptOpened(long Epoch, Uri PermanentUrl) : IPipelineMessage;

/// <summary>Attempt to connection: it is over. The parser drops bytes that still arrive, once it has been told.</summary>
/// <param name="Epoch">The number of the attempt.</param>
/// <param name="Outcome">How it ended.</param>
internal sealed record AttemptEnded(long Epoch, AttemptOutcome Outcome) : IPipelineMessage;

/// <summary>Parser or router to the stream, and on to the connection: it lost the chunk that it was working on.</summary>
/// <param name="Actor">The name of the actor.</param>
internal sealed record PipelineRestarted(string Actor) : IPipelineMessage
{
    public string Reason { get; init; } = $"the {Actor} was restarted after an internal fault";
}

/// <summary>Connection to itself: the delay before the next attempt is over.</summary>
internal sealed record TimeIsUp : IPipelineMessage;

/// <summary>Connection to itself: the connection has been open for <c>healthy_after</c>.</summary>
internal sealed record ProvedHealthy : IPipelineMessage;

using Akka.Event;
using McpSseActors.Connections;

namespace McpSseActors.Actors.Connection;

/// <summary>Connection to attempt: more chunks may be read.</summary>
/// <param name="Chunks">How many; less than zero when the window shrinks.</param>
/// <param name="ChunksPerRead">How many to read at a time.</param>
internal sealed record Grant(int Chunks, int ChunksPerRead) : IPipelineMessage
{
    public static readonly Grant One = new(1, 1);
}

/// <summary>Parser to attempt: the events that a chunk completed need more room than the chunk, and fewer chunks may be read.</summary>
/// <param name="Chunks">How many fewer.</param>
internal sealed record Charge(int Chunks) : IPipelineMessage, IDeadLetterSuppression;

/// <summary>Connection to attempt: end. Reply: <see cref="AttemptEnded"/>.</summary>
/// <param name="Outcome">The outcome that the reply carries.</param>
/// <param name="IsFinal">Whether no other attempt follows; the transport then says goodbye to the server.</param>
internal sealed record CloseAttempt(AttemptOutcome Outcome, bool IsFinal = false) : IPipelineMessage;

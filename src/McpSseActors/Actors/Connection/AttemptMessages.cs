using McpSseActors.Connections;

namespace McpSseActors.Actors.Connection;

/// <summary>Connection to attempt: one more chunk may be read.</summary>
internal sealed record Grant : IPipelineMessage
{
    public static readonly Grant One = new();
}

/// <summary>Connection to attempt: end. Reply: <see cref="AttemptEnded"/>.</summary>
/// <param name="Outcome">The outcome that the reply carries.</param>
/// <param name="IsFinal">Whether no other attempt follows; the transport then says goodbye to the server.</param>
internal sealed record CloseAttempt(AttemptOutcome Outcome, bool IsFinal = false) : IPipelineMessage;

using McpSseActors.DeadLetters;

namespace McpSseActors.Actors.DeadLetters;

/// <summary>
/// Router to dead letters: keep this. A letter with the ID of one that is kept replaces it. Reply: <see cref="DeadLetterKept"/>.
/// </summary>
internal sealed record KeepDeadLetter(StoredDeadLetter Letter) : IPipelineMessage;

/// <summary>Dead letters to the sender of <see cref="KeepDeadLetter"/>: the letter is kept.</summary>
/// <param name="Id">The letter's ID.</param>
/// <param name="IsDelayed">Whether it only will be: its store fails, and the stream may go on. Another reply follows when it is kept.</param>
internal sealed record DeadLetterKept(string Id, bool IsDelayed = false) : IPipelineMessage;

/// <summary>
/// Router to dead letters: store that the retry of a letter, which was requested in the store, is not requested any more, and give it to its handler then.
/// One whose event kills the process would come again at each start.
/// </summary>
internal sealed record WithdrawRetry(StoredDeadLetter Letter) : IPipelineMessage;

/// <summary>Dead letters to supervisor, to stream, to router: give the event to its handler again. Reply: <see cref="DeadLetterRedelivered"/>.</summary>
internal sealed record RedeliverDeadLetter(StoredDeadLetter Letter) : IPipelineMessage;

/// <summary>Router to dead letters: what became of <see cref="RedeliverDeadLetter"/>.</summary>
/// <param name="Id">The letter's ID.</param>
/// <param name="Fault">
/// The reason why the handler did not get it; null if the handler is done with it: it succeeded, or failed again and the letter was kept again
/// before this reply.
/// </param>
internal sealed record DeadLetterRedelivered(string Id, string? Fault) : IPipelineMessage
{
    /// <summary>Whether the stream is on another node, which retries its letters itself.</summary>
    public bool IsElsewhere { get; init; }
}

/// <summary>Dead letters to supervisor, to stream, to statistics: a handler gave up an event.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Handler">The handler; empty for none.</param>
internal sealed record DeadLetterCounted(string Stream, string Handler) : IPipelineMessage;

/// <summary>Supervisor or stream to dead letters: nothing given to a stream comes back.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Reason">Why, for an operator.</param>
internal sealed record RedeliveriesEnded(string Stream, string Reason) : IPipelineMessage;

/// <summary>Health check to dead letters: are there too many? Reply: <see cref="DeadLetterHealth"/>.</summary>
internal sealed record GetDeadLetterHealth : IPipelineMessage, IDeadLetterRequest
{
    public DeadLetterFilter Filter => DeadLetterFilter.All;
}

/// <summary>The health of the dead letters.</summary>
/// <param name="Count">The letters kept.</param>
/// <param name="WarnAbove">The number above which the health is degraded.</param>
/// <param name="StoreFault">The reason why the store cannot be used now; null if it can.</param>
internal sealed record DeadLetterHealth(long Count, int WarnAbove, string? StoreFault) : IPipelineMessage;

using McpSseActors.Sse;

namespace McpSseActors.Actors.Positions;

/// <summary>Stream to store: take over a stream. Reply: <see cref="PositionAcquired"/> or <see cref="PositionUnavailable"/>.</summary>
internal sealed record AcquirePosition(string Stream) : IPipelineMessage;

/// <summary>Store to stream: the stream is ours.</summary>
internal sealed record PositionAcquired(PositionLease Lease) : IPipelineMessage;

/// <summary>Store to stream: the store does not answer, or refuses.</summary>
/// <param name="Reason">The reason, for an operator.</param>
internal sealed record PositionUnavailable(string Reason) : IPipelineMessage;

/// <summary>Stream to store: save this position, unless a newer one comes first. Reply: <see cref="PositionSaved"/> or another below.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Token">Its token.</param>
/// <param name="Handled">The position.</param>
internal sealed record SavePosition(string Stream, long Token, PositionHandled Handled) : IPipelineMessage
{
    /// <summary>What handlers are about to get that may kill the process; null for nothing.</summary>
    public Trial? Trial { get; init; }

    /// <summary>Whether the stream waits to hear that it is still ours.</summary>
    public bool IsConfirmation { get; init; }

    /// <summary>Takes the place of a save that was not made, and answers its waits too. A trial is kept if the position is the same.</summary>
    public SavePosition InPlaceOf(SavePosition older) => this with
    {
        IsConfirmation = IsConfirmation || older.IsConfirmation,
        Trial = Trial ?? (older.Handled.Position == Handled.Position ? older.Trial : null),
    };
}

/// <summary>Router to stream: the process did not run for a while. Reply: <see cref="OwnershipConfirmed"/>, before which nothing is dispatched.</summary>
internal sealed record OwnershipInDoubt : IPipelineMessage;

/// <summary>Stream to router: the stream is still ours. What was read meanwhile is lost, and comes again on a new connection.</summary>
internal sealed record OwnershipConfirmed : IPipelineMessage;

/// <summary>Events that may kill the process: those that follow the position.</summary>
/// <param name="Attempts">How often a handler had them when the process was killed, this time included.</param>
/// <param name="Events">How many they are.</param>
/// <param name="Event">What identifies it, if it is one alone; otherwise empty.</param>
internal sealed record Trial(int Attempts, int Events, string Event = "");

/// <summary>Router to stream: store what handlers are about to get. Reply, to the router: <see cref="TrialSaved"/>.</summary>
/// <param name="Trial">The events.</param>
/// <param name="Ahead">As for <see cref="PositionHandled"/>.</param>
/// <param name="Handled">As for <see cref="PositionHandled"/>.</param>
internal sealed record SaveTrial(Trial Trial, long Ahead, long Handled) : IPipelineMessage;

/// <summary>Stream to router: what handlers are about to get is stored, or cannot be.</summary>
internal sealed record TrialSaved : IPipelineMessage;

/// <summary>Store to stream: the position is saved.</summary>
/// <param name="At">When.</param>
internal sealed record PositionSaved(DateTimeOffset At) : IPipelineMessage
{
    /// <summary>What was stored with it; null for nothing.</summary>
    public Trial? Trial { get; init; }

    /// <summary>Whether the stream waits to hear that it is still ours.</summary>
    public bool IsConfirmation { get; init; }
}

/// <summary>Store to stream: the position is not saved yet; the store tries again.</summary>
/// <param name="Reason">The reason, for an operator.</param>
internal sealed record PositionNotSaved(string Reason) : IPipelineMessage;

/// <summary>Store or handler to stream, and on to the connection and the supervisor: another process has taken over the stream.</summary>
/// <param name="Token">The token that was refused.</param>
internal sealed record PositionTakenOver(long Token) : IPlacement
{
    public const string Reason = "another process has taken over the stream";
}

/// <summary>Stream to store: answer when everything of this stream is saved. Reply: <see cref="PositionReleased"/>.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Token">Its token.</param>
/// <param name="IsRemoved">Whether the position is to be removed.</param>
internal sealed record ReleasePosition(string Stream, long Token, bool IsRemoved) : IPipelineMessage
{
    /// <summary>What is still to be saved; null for nothing.</summary>
    public PositionHandled? Unsaved { get; init; }
}

/// <summary>Store to stream: everything is saved.</summary>
internal sealed record PositionReleased(bool IsOverdue = false) : IPipelineMessage;

/// <summary>Router to stream: everything up to this position is handled.</summary>
/// <param name="Position">The position.</param>
/// <param name="Ahead">The events after it that were dispatched: a new process would get them again.</param>
/// <param name="Handled">The events up to it, since the start.</param>
internal sealed record PositionHandled(StreamPosition Position, long Ahead, long Handled) : IPipelineMessage
{
    /// <summary>Whether it has not moved, and only more events were dispatched after it.</summary>
    public bool IsAgain { get; init; }
}

/// <summary>Stream to router and connection, before the first attempt: resume here.</summary>
/// <param name="Position">The stored position, or that of the options.</param>
/// <param name="Repeats">The events after it that may have been delivered before.</param>
/// <param name="Ticket">What lets handlers save positions; null if they don't.</param>
/// <param name="Suspects">What handlers had when a process was killed; null if that is not known.</param>
/// <param name="IsOpen">Whether more than these may have been delivered.</param>
internal sealed record ResumeAt(StreamPosition Position, long Repeats, PositionTicket? Ticket = null, Trial? Suspects = null, bool IsOpen = false)
    : IPipelineMessage
{
    /// <summary>Whether an owner since has saved nothing, and may have been killed by the first events after it.</summary>
    public bool HasSilentOwner { get; init; }
}

/// <summary>
/// Stream to router, which sends it back: the stream began without its position, which can be read now. The router closes until what is read has passed,
/// and resumes there.
/// </summary>
/// <param name="To">Where.</param>
/// <param name="Token">The token of the stream.</param>
internal sealed record GoBack(ResumeAt To, long Token) : IPipelineMessage;

/// <summary>Stream to router: whether to hold back the credit of handled chunks, so that nothing more is read.</summary>
internal sealed record HoldCredit(bool IsHeld) : IPipelineMessage;

using McpSseActors.Sse;

namespace McpSseActors.Actors.Positions;

/// <summary>Where a stream begins.</summary>
/// <param name="Position">The position.</param>
/// <param name="Repeats">The events after it that may have been delivered before.</param>
/// <param name="Since">When the position was stored; null if it is not a stored one.</param>
/// <param name="Refusal">Why a stored position is not used; null if it is used, or there is none.</param>
internal sealed record ResumePoint(StreamPosition Position, long Repeats = 0, DateTimeOffset? Since = null, string? Refusal = null)
{
    /// <summary>Whether more than these may have been delivered.</summary>
    public bool IsOpen { get; private init; }

    /// <summary>What handlers had when a process was killed; null if that is not known.</summary>
    public Trial? Suspects { get; private init; }

    /// <summary>
    /// Whether an owner since has saved nothing, or nothing but where it began: nothing else tells of events that kill a process so early.
    /// </summary>
    public bool HasSilentOwner { get; private init; }

    /// <summary>The beginning that the options name.</summary>
    public static ResumePoint Of(StreamOptions options) => new(new StreamPosition(options.InitialLastEventId));

    /// <summary>The stored position, if it belongs to the stream; otherwise the beginning that the options name.</summary>
    /// <param name="options">The stream.</param>
    /// <param name="stored">The stored position; null for none.</param>
    /// <param name="token">The token of the new owner; those before mostly had the numbers before.</param>
    public static ResumePoint Of(StreamOptions options, StoredPosition? stored, long token = 0)
    {
        var beginning = Of(options) with { IsOpen = token > 1, HasSilentOwner = token > 1 };
        if (stored is null)
            return beginning;
        if (PositionText.Read(stored.Value) is not { } read)
            return beginning with { Refusal = "this version cannot read it" };
        if (StreamIdentity.Of(options).Refuse(read.Of) is { } refusal)
            return beginning with { Refusal = refusal, IsOpen = IsOfFormerOwner(read, token) };
        return new ResumePoint(read.Position with { Of = null }, read.Ahead, stored.SavedAt)
        {
            Suspects = read.Trial,
            IsOpen = read.IsOpen || IsOfFormerOwner(read, token),
            HasSilentOwner = IsOfFormerOwner(read, token) || (token > 1 && read is { IsOpen: true, Ahead: 0, Trial: null }),
        };
    }

    // The owner since has saved nothing.
    private static bool IsOfFormerOwner(PositionText read, long token) => (read.Token ?? 0) < token - 1;
}

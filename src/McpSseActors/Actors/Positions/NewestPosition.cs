namespace McpSseActors.Actors.Positions;

/// <summary>
/// The positions of a stream on their way to the store: one at a time, and of those that come meanwhile the newest waits. A fast stream reaches
/// thousands of positions a second, of which a store is given as many as it saves.
/// </summary>
internal sealed class NewestPosition
{
    // The store's actor answers earlier, unless it was restarted.
    private static readonly TimeSpan LongestSave = TimeSpan.FromSeconds(30);

    private PositionHandled? _waiting;
    private TimeSpan? _givenAt;

    /// <summary>Offers a position.</summary>
    /// <param name="handled">The position.</param>
    /// <param name="now">The time.</param>
    /// <returns>The position, to be given to the store; null if it waits.</returns>
    public PositionHandled? Offer(PositionHandled handled, TimeSpan now)
    {
        if (now - _givenAt < LongestSave)
        {
            _waiting = handled;
            return null;
        }

        _waiting = null;
        _givenAt = now;
        return handled;
    }

    /// <summary>The store has answered.</summary>
    /// <param name="now">The time.</param>
    /// <returns>What waited, to be given to the store; null for nothing.</returns>
    public PositionHandled? Answered(TimeSpan now)
    {
        var next = Take();
        _givenAt = next is null ? null : now;
        return next;
    }

    /// <summary>The store owes no answer any more.</summary>
    public void Reset()
    {
        _waiting = null;
        _givenAt = null;
    }

    /// <summary>Gets what waits, which waits no longer.</summary>
    public PositionHandled? Take()
    {
        var next = _waiting;
        _waiting = null;
        return next;
    }
}

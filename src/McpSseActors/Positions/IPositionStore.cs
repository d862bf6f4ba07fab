namespace McpSseActors;

/// <summary>
/// Stores how far the handlers of each stream have come, so that a new process resumes there. Built in are a file and a
/// database; implement this to use another store. The calls of one host do not overlap for one stream.
/// </summary>
public interface IPositionStore : IAsyncDisposable
{
    /// <summary>Takes over a stream; an earlier owner can no longer save.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>A new token, greater than every token before, and the position that was saved last.</returns>
    Task<PositionLease> AcquireAsync(string stream, CancellationToken cancellation);

    /// <summary>Saves positions, all or none of those whose token is current.</summary>
    /// <param name="updates">At most one for each stream.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>The streams that another owner has taken over, whose positions were not saved.</returns>
    Task<IReadOnlyCollection<string>> SaveAsync(IReadOnlyCollection<PositionUpdate> updates, CancellationToken cancellation);

    /// <summary>Removes the position of a stream that was removed; does nothing if another owner has taken it over.</summary>
    /// <param name="stream">The name of the stream.</param>
    /// <param name="token">The token of the caller.</param>
    /// <param name="cancellation">Ends the call.</param>
    Task RemoveAsync(string stream, long token, CancellationToken cancellation);
}

/// <summary>The right to save the position of a stream.</summary>
/// <param name="Token">The token that each save states; a later owner has a greater one.</param>
/// <param name="Position">The position that was saved last; null if none was.</param>
public sealed record PositionLease(long Token, StoredPosition? Position);

/// <summary>A position as it is stored.</summary>
/// <param name="Value">The position: JSON that only this library reads. It holds the ID of an MCP session, which is a secret.</param>
/// <param name="SavedAt">When it was given to the store.</param>
public sealed record StoredPosition(string Value, DateTimeOffset SavedAt)
{
    /// <summary>Returns the time, without the value.</summary>
    public override string ToString() => $"position of {SavedAt:O}";
}

/// <summary>A position to be saved.</summary>
/// <param name="Stream">The name of the stream.</param>
/// <param name="Token">The token of its owner.</param>
/// <param name="Position">The position.</param>
public sealed record PositionUpdate(string Stream, long Token, StoredPosition Position);

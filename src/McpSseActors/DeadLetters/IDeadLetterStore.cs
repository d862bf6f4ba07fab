namespace McpSseActors;

/// <summary>
/// Keeps the events that handlers could not handle. Built in are memory, a file and a database; implement this to use another store. Calls may
/// overlap, but not <see cref="KeepAsync"/> with itself.
/// </summary>
public interface IDeadLetterStore : IAsyncDisposable
{
    /// <summary>Keeps letters, all or none; one with the ID of a kept letter replaces it.</summary>
    /// <param name="letters">The letters, with different IDs.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>A task that completes when the letters are kept.</returns>
    Task KeepAsync(IReadOnlyCollection<StoredDeadLetter> letters, CancellationToken cancellation);

    /// <summary>Discards the oldest letters until all limits hold.</summary>
    /// <param name="limits">The limits.</param>
    /// <param name="now">The time by which letters are too old.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>The number of letters discarded.</returns>
    Task<int> TrimAsync(DeadLetterLimits limits, DateTimeOffset now, CancellationToken cancellation);

    /// <summary>Gets letters, sorted by their IDs.</summary>
    /// <param name="filter">Selects letters.</param>
    /// <param name="after">The ID after which the letters begin; empty for the oldest.</param>
    /// <param name="count">The maximum number of letters.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>The letters, at most <paramref name="count"/>.</returns>
    Task<IReadOnlyList<StoredDeadLetter>> FindAsync(DeadLetterFilter filter, string after, int count, CancellationToken cancellation);

    /// <summary>Counts letters.</summary>
    /// <param name="filter">Selects letters.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>The number of letters.</returns>
    Task<long> CountAsync(DeadLetterFilter filter, CancellationToken cancellation);

    /// <summary>Discards letters. IDs without a letter are ignored.</summary>
    /// <param name="ids">The IDs.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>The number of letters discarded.</returns>
    Task<int> RemoveAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation);
}

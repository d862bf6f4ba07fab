using System.Data.Common;
using McpSseActors.Configuration;
using McpSseActors.DeadLetters;
using McpSseActors.Storage;

namespace McpSseActors;

/// <summary>The stores of dead letters that are built in, and what can be done with any store while no host uses it.</summary>
public static class DeadLetterStores
{
    /// <summary>Opens the dead letters that belong to positions: beside their file, or in their database.</summary>
    /// <param name="positions">As for <see cref="PositionStores.Open"/>.</param>
    /// <returns>The store.</returns>
    /// <exception cref="PositionStoreException">As for <see cref="PositionStores.Open"/>.</exception>
    public static IDeadLetterStore Open(string positions) => DatabaseText.Is(positions)
        ? OpenDatabase(NamedDatabase.Open(positions))
        : OpenFile(new DeliveryOptions { Store = positions }.DeadLetterStore);

    /// <summary>
    /// Opens a file of dead letters, or creates it, readable by its owner only. Nobody else can open it until it is disposed; a lock file lies
    /// beside it. The letters are in memory as well.
    /// </summary>
    /// <param name="path">The file.</param>
    /// <returns>The store.</returns>
    /// <exception cref="PositionStoreException">Another process uses the file, it is not a file of dead letters, or it cannot be read or written.</exception>
    public static IDeadLetterStore OpenFile(string path) => Open(path, "kept in", () => new FileDeadLetterStore(path));

    /// <summary>Reads a file of dead letters, which another process may be using.</summary>
    /// <param name="path">The file.</param>
    /// <returns>A copy in memory; the file stays as it is.</returns>
    /// <exception cref="PositionStoreException">It is not a file of dead letters, or it cannot be read.</exception>
    public static IDeadLetterStore ReadFile(string path) => Open(path, "read from", () => FileDeadLetterStore.Copy(path));

    /// <summary>Uses the table <c>mcp_sse_dead_letters</c> of a SQL database, such as PostgreSQL or SQLite; creates it if it is missing.</summary>
    /// <param name="database">The database; not disposed.</param>
    /// <returns>The store.</returns>
    public static IDeadLetterStore OpenDatabase(DbDataSource database)
    {
        ArgumentNullException.ThrowIfNull(database);
        return new DatabaseDeadLetterStore(database);
    }

    /// <summary>Discards letters.</summary>
    /// <param name="store">The store.</param>
    /// <param name="filter">Selects letters.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>The number of letters discarded.</returns>
    public static async Task<int> DiscardAsync(this IDeadLetterStore store, DeadLetterFilter filter, CancellationToken cancellation = default)
    {
        var ids = new List<string>();
        await foreach (var letter in store.AllAsync(filter, cancellation).ConfigureAwait(false))
            ids.Add(letter.Id);
        return ids.Count == 0 ? 0 : await store.RemoveAsync(ids, cancellation).ConfigureAwait(false);
    }

    /// <summary>Requests a retry: the handlers get the events again when their streams start the next time; from a database, also within 30 s.</summary>
    /// <param name="store">The store.</param>
    /// <param name="filter">Selects letters.</param>
    /// <param name="cancellation">Ends the call.</param>
    /// <returns>The number of letters selected.</returns>
    public static async Task<int> RequestRetryAsync(this IDeadLetterStore store, DeadLetterFilter filter, CancellationToken cancellation = default)
    {
        var requested = 0;
        await foreach (var letter in store.AllAsync(filter, cancellation).ConfigureAwait(false))
        {
            // A host may use the database meanwhile, and discard the letter.
            if (store is DatabaseDeadLetterStore database)
            {
                requested += await database.RequestRetryAsync(letter.Id, cancellation).ConfigureAwait(false);
                continue;
            }

            await store.KeepAsync([letter with { IsRetryRequested = true }], cancellation).ConfigureAwait(false);
            requested++;
        }

        return requested;
    }

    private static IDeadLetterStore Open(string path, string what, Func<IDeadLetterStore> open)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return open();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new PositionStoreException($"Dead letters cannot be {what} {path}: {fault.Message}", fault);
        }
    }
}

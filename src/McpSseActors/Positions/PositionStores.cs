using System.Data.Common;
using McpSseActors.Configuration;
using McpSseActors.Positions;
using McpSseActors.Storage;

namespace McpSseActors;

/// <summary>The stores of positions that are built in.</summary>
public static class PositionStores
{
    /// <summary>Opens what a configuration names: a file, or a database by its connection string.</summary>
    /// <param name="store">
    /// A path; or a connection string with the invariant name of its provider, <c>Provider=Npgsql;Host=db;Database=app</c>. The provider must be
    /// registered with <see cref="DbProviderFactories"/>.
    /// </param>
    /// <returns>The store.</returns>
    /// <exception cref="PositionStoreException">As for <see cref="OpenFile"/>; or the provider is not registered, or rejects the connection string.</exception>
    public static IPositionStore Open(string store) => DatabaseText.Is(store) ? OpenDatabase(NamedDatabase.Open(store)) : OpenFile(store);

    /// <summary>Opens a file of positions, or creates it, readable by its owner only. Nobody else can open it until it is disposed; a lock file lies beside it.</summary>
    /// <param name="path">The file.</param>
    /// <returns>The store.</returns>
    /// <exception cref="PositionStoreException">Another process uses the file, it is not a file of positions, or it cannot be read or written.</exception>
    public static IPositionStore OpenFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        try
        {
            return new FilePositionStore(path);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new PositionStoreException($"Positions cannot be stored in {path}: {fault.Message}", fault);
        }
    }

    /// <summary>Uses the table <c>mcp_sse_positions</c> of a SQL database, such as PostgreSQL or SQLite; creates it if it is missing.</summary>
    /// <param name="database">The database; not disposed.</param>
    /// <returns>The store.</returns>
    public static IPositionStore OpenDatabase(DbDataSource database)
    {
        ArgumentNullException.ThrowIfNull(database);
        return new DatabasePositionStore(database);
    }
}

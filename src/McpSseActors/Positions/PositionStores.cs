using System.Data.Common;
using McpSseActors.Positions;

namespace McpSseActors;

/// <summary>The stores of positions that are built in.</summary>
public static class PositionStores
{
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

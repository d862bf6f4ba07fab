using System.Data.Common;
using McpSseActors.Positions;

namespace McpSseActors.Hosting;

/// <summary>Says where positions are stored. Given to the callback of <see cref="McpSseBuilder.WithDurableDelivery"/>.</summary>
public sealed class DurableDelivery
{
    private StoreFailure _onStoreFailure;

    internal DurableDelivery()
    {
    }

    internal Func<IPositionStore>? Open { get; private set; }

    internal StoreFailure FailurePolicy => _onStoreFailure;

    /// <summary>Stores positions in a separate file, which one process at a time can use. The host does not start if it cannot be used.</summary>
    /// <param name="path">The file; created if it is missing, readable by its owner only. A lock file lies beside it.</param>
    /// <returns>This object.</returns>
    public DurableDelivery InFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        return In(() => PositionStores.OpenFile(path));
    }

    /// <summary>
    /// Stores positions in the table <c>mcp_sse_positions</c> of a SQL database, such as PostgreSQL or SQLite; created if it is missing. Processes may share it: the
    /// last to start a stream owns it, and the others stop theirs.
    /// </summary>
    /// <param name="database">The database; not disposed.</param>
    /// <returns>This object.</returns>
    public DurableDelivery InDatabase(DbDataSource database)
    {
        ArgumentNullException.ThrowIfNull(database);
        return In(() => PositionStores.OpenDatabase(database));
    }

    /// <summary>
    /// Leaves it to handlers to save positions, with <see cref="McpEvent.Position"/>, in transactions that also store what they make of the events:
    /// the events of a committed transaction don't come again. The library creates the table <c>mcp_sse_positions</c> if it is missing, takes over
    /// and reads the positions, and never saves one.
    /// Use it if one handler of a stream stores: what the others have finished doesn't count.
    /// </summary>
    /// <param name="database">The database of the handlers' transactions, such as PostgreSQL or SQLite; not disposed.</param>
    /// <returns>This object.</returns>
    public DurableDelivery InTransactionsOf(DbDataSource database)
    {
        ArgumentNullException.ThrowIfNull(database);
        return In(() => new DatabasePositionStore(database) { IsSavedToByHandlers = true });
    }

    /// <summary>Stores positions in a store of your own.</summary>
    /// <param name="open">Creates the store when the host starts; disposed when it stops.</param>
    /// <returns>This object.</returns>
    public DurableDelivery In(Func<IPositionStore> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        Open = open;
        return this;
    }

    /// <summary>Says what a stream does while its position cannot be read or saved. With <see cref="InTransactionsOf"/>, it waits until it can be read.</summary>
    /// <param name="failure">Default: <see cref="StoreFailure.Continue"/>.</param>
    /// <returns>This object.</returns>
    public DurableDelivery OnStoreFailure(StoreFailure failure)
    {
        _onStoreFailure = failure;
        return this;
    }
}

using System.Data.Common;
using McpSseActors.Actors.Positions;
using McpSseActors.Configuration;
using McpSseActors.Definitions;
using McpSseActors.Storage;

namespace McpSseActors.Hosting;

/// <summary>Says where positions, dead letters, and streams that are added at run time are stored. Given to the callback of <see cref="McpSseBuilder.WithDurableDelivery"/>.</summary>
public sealed class DurableDelivery
{
    private StoreFailure _onStoreFailure;
    private Func<IDeadLetterStore>? _deadLetters;
    private Func<IDeadLetterStore>? _ownDeadLetters;
    private Func<IStreamStore>? _streams;
    private Func<IStreamStore>? _ownStreams;

    internal DurableDelivery()
    {
    }

    internal Func<IPositionStore>? Open { get; private set; }

    internal Func<IDeadLetterStore>? OpenDeadLetters => _ownDeadLetters ?? _deadLetters;

    internal Func<IStreamStore>? OpenStreams => _ownStreams ?? _streams;

    internal Func<StreamOptions, StreamOptions>? Restore { get; private set; }

    internal StoreFailure FailurePolicy => _onStoreFailure;

    internal RetryOptions Retries { get; private set; } = new();

    /// <summary>
    /// Stores positions in a separate file, and beside it dead letters, <c>PATH.dead-letters</c>, and streams that are added at run time,
    /// <c>PATH.streams</c>. One process at a time can use them; the host does not start if they cannot be used.
    /// </summary>
    /// <param name="path">The file. They are created when they are needed, readable by their owner only. A lock file lies beside each.</param>
    /// <returns>This object.</returns>
    public DurableDelivery InFile(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        _deadLetters = () => DeadLetterStores.OpenFile(new DeliveryOptions { Store = path }.DeadLetterStore);
        _streams = () => new FileStreamStore(new DeliveryOptions { Store = path }.StreamStore);
        return Store(() => PositionStores.OpenFile(path));
    }

    /// <summary>
    /// Stores positions in the table <c>mcp_sse_positions</c>, dead letters in <c>mcp_sse_dead_letters</c>, and streams that are added at run time in
    /// <c>mcp_sse_streams</c> of a SQL database, such as PostgreSQL or SQLite; created if they are missing. Processes may share it: the last to start a stream owns it, and the others stop theirs.
    /// </summary>
    /// <param name="database">The database; not disposed.</param>
    /// <returns>This object.</returns>
    public DurableDelivery InDatabase(DbDataSource database)
    {
        ArgumentNullException.ThrowIfNull(database);
        _deadLetters = () => DeadLetterStores.OpenDatabase(database);
        _streams = () => new DatabaseStreamStore(database);
        return Store(() => PositionStores.OpenDatabase(database));
    }

    /// <summary>
    /// Leaves it to handlers to save positions, with <see cref="McpEvent.Position"/>, in transactions that also store what they make of the events:
    /// the events of a committed transaction don't come again. The library creates the table <c>mcp_sse_positions</c> if it is missing, takes over
    /// and reads the positions, and moves none past an event that a handler has not saved, unless the event became a dead letter because it kills the
    /// process. Use it if one handler of a stream stores: what the others have finished doesn't count.
    /// </summary>
    /// <param name="database">The database of the handlers' transactions, such as PostgreSQL or SQLite; not disposed.</param>
    /// <returns>This object.</returns>
    public DurableDelivery InTransactionsOf(DbDataSource database)
    {
        ArgumentNullException.ThrowIfNull(database);
        _deadLetters = () => DeadLetterStores.OpenDatabase(database);
        _streams = () => new DatabaseStreamStore(database);
        return Store(() => new HandlerSavedPositions(database));
    }

    /// <summary>Stores positions in what a configuration names: a file, or a database by its connection string.</summary>
    /// <param name="store">
    /// A path, as for <see cref="InFile"/>; or a connection string with the invariant name of its provider, as for <see cref="InDatabase"/>:
    /// <c>Provider=Npgsql;Host=db;Database=app</c>. The provider must be registered with <see cref="DbProviderFactories"/>.
    /// </param>
    /// <returns>This object.</returns>
    public DurableDelivery In(string store)
    {
        ArgumentException.ThrowIfNullOrEmpty(store);
        _deadLetters = () => DeadLetterStores.Open(store);
        _streams = () => DatabaseText.Is(store) ? new DatabaseStreamStore(NamedDatabase.Open(store)) : new FileStreamStore(new DeliveryOptions { Store = store }.StreamStore);
        return Store(() => PositionStores.Open(store));
    }

    /// <summary>
    /// Stores positions in a store of your own. Dead letters are kept in memory, unless <see cref="DeadLettersIn"/> says otherwise, and streams that are
    /// added at run time are not stored, unless <see cref="StreamsIn"/> does.
    /// </summary>
    /// <param name="open">Creates the store when the host starts; disposed when it stops.</param>
    /// <returns>This object.</returns>
    public DurableDelivery In(Func<IPositionStore> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        _deadLetters = null;
        _streams = null;
        return Store(open);
    }

    /// <summary>Stores dead letters in a store of your own, wherever the positions are.</summary>
    /// <param name="open">Creates the store when the host starts; disposed when it stops.</param>
    /// <returns>This object.</returns>
    public DurableDelivery DeadLettersIn(Func<IDeadLetterStore> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        _ownDeadLetters = open;
        return this;
    }

    /// <summary>Stores streams that are added at run time in a store of your own, wherever the positions are.</summary>
    /// <param name="open">Creates the store when the host starts; disposed when it stops.</param>
    /// <returns>This object.</returns>
    public DurableDelivery StreamsIn(Func<IStreamStore> open)
    {
        ArgumentNullException.ThrowIfNull(open);
        _ownStreams = open;
        return this;
    }

    /// <summary>
    /// Supplies what is not stored of a stream that comes back: its secrets, and <see cref="StreamOptions.Credentials"/>. If the store is named
    /// elsewhere, such as in a TOML file, nothing else has to be said here.
    /// </summary>
    /// <param name="restore">
    /// Changes the options of one stream, but not its name: <c>options => options with { AuthKey = vault[options.Name] }</c>. Called when the host has
    /// started, on any thread. A stream that still lacks a secret that it had, or whose call throws, is Failed.
    /// </param>
    /// <returns>This object.</returns>
    public DurableDelivery OnRestore(Func<StreamOptions, StreamOptions> restore)
    {
        ArgumentNullException.ThrowIfNull(restore);
        Restore = restore;
        return this;
    }

    /// <summary>
    /// Says what a stream does while its position cannot be read or saved, or a dead letter cannot be stored. With <see cref="InTransactionsOf"/>,
    /// it waits until the position can be read.
    /// </summary>
    /// <param name="failure">Default: <see cref="StoreFailure.Continue"/>.</param>
    /// <returns>This object.</returns>
    public DurableDelivery OnStoreFailure(StoreFailure failure)
    {
        _onStoreFailure = failure;
        return this;
    }

    /// <summary>Says what happens to an event at which a handler fails whose registration says nothing else.</summary>
    /// <param name="retry">Default: the default <see cref="RetryOptions"/>.</param>
    /// <returns>This object.</returns>
    public DurableDelivery Retry(RetryOptions retry)
    {
        ArgumentNullException.ThrowIfNull(retry);
        Retries = retry;
        return this;
    }

    private DurableDelivery Store(Func<IPositionStore> open)
    {
        Open = open;
        return this;
    }
}

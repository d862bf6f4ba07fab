using System.Data.Common;
using System.Globalization;
using McpSseActors.Storage;

namespace McpSseActors.Positions;

/// <summary>
/// Stores positions in a table of a SQL database. Several processes may share it; each stream has one owner at a time.
/// </summary>
/// <param name="source">The database; the caller disposes it.</param>
internal sealed class DatabasePositionStore(DbDataSource source) : IPositionStore
{
    private readonly SqlTable _table = new(source, PositionTable.Definition);

    /// <summary>Whether handlers save to the table, and nobody else.</summary>
    public bool IsSavedToByHandlers { get; init; }

    public async Task<PositionLease> AcquireAsync(string stream, CancellationToken cancellation)
    {
        await _table.CreateAsync(cancellation).ConfigureAwait(false);
        await using var command = PositionTable.Acquire(source, stream);
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        await reader.ReadAsync(cancellation).ConfigureAwait(false);
        var position = await reader.IsDBNullAsync(1, cancellation).ConfigureAwait(false)
            ? null
            : new StoredPosition(reader.GetString(1), DateTimeOffset.Parse(reader.GetString(2), CultureInfo.InvariantCulture));
        return new PositionLease(reader.GetInt64(0), position);
    }

    // In the order of their names: two transactions that wait for each other's rows would never end.
    public async Task<IReadOnlyCollection<string>> SaveAsync(IReadOnlyCollection<PositionUpdate> updates, CancellationToken cancellation)
    {
        await using var connection = await source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        var lost = await PositionTable.SaveAsync(transaction, [.. updates.OrderBy(update => update.Stream, StringComparer.Ordinal)], cancellation).ConfigureAwait(false);
        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        return lost;
    }

    public async Task RemoveAsync(string stream, long token, CancellationToken cancellation)
    {
        await using var command = PositionTable.Remove(source, stream, token);
        await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync()
    {
        _table.Dispose();
        return ValueTask.CompletedTask;
    }
}

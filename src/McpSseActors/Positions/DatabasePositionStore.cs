using System.Data.Common;
using System.Globalization;
using McpSseActors.Storage;

namespace McpSseActors.Positions;

/// <summary>
/// Stores positions in a table of a SQL database. Several processes may share it; each stream has one owner at a time.
/// </summary>
/// <param name="source">The database; the caller disposes it.</param>
internal class DatabasePositionStore(DbDataSource source) : IPositionStore
{
    private readonly SqlTable _table = new(source, PositionTable.Definition);

    /// <summary>Whether the database is of one machine.</summary>
    public bool IsLocal => source.IsOf("Sqlite");

    public Task<PositionLease> AcquireAsync(string stream, CancellationToken cancellation) => _table.UseAsync(async () =>
    {
        await using var command = PositionTable.Acquire(source, stream);
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        await reader.ReadAsync(cancellation).ConfigureAwait(false);
        var position = await reader.IsDBNullAsync(1, cancellation).ConfigureAwait(false)
            ? null
            : new StoredPosition(reader.GetString(1), DateTimeOffset.Parse(reader.GetString(2), CultureInfo.InvariantCulture));
        return new PositionLease(reader.GetInt64(0), position);
    }, cancellation);

    // Without a transaction: a process that is stopped within one would keep the rows that the next owner waits for.
    public virtual Task<IReadOnlyCollection<string>> SaveAsync(IReadOnlyCollection<PositionUpdate> updates, CancellationToken cancellation) => _table.UseAsync(async () =>
    {
        var missed = await PositionTable.SaveAsync(source, updates, cancellation).ConfigureAwait(false);
        return await RestoreAsync(updates.Where(update => missed.Contains(update.Stream)), cancellation).ConfigureAwait(false);
    }, cancellation);

    /// <summary>Saves positions that handlers save too: what is saved depends on what is stored, which nobody can change meanwhile.</summary>
    /// <param name="updates">At most one for each stream.</param>
    /// <param name="change">Makes the new position of the stored one, null if there is none, and that of the update; null to change nothing.</param>
    /// <param name="cancellation">Ends the call.</param>
    public Task<IReadOnlyCollection<string>> ChangeAsync(IReadOnlyCollection<PositionUpdate> updates, Func<string?, string, string?> change, CancellationToken cancellation) => _table.UseAsync(async () =>
    {
        await using var connection = await source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        var missed = new List<PositionUpdate>();
        // In the order of their names: two transactions that wait for each other's rows would never end.
        foreach (var update in updates.OrderBy(update => update.Stream, StringComparer.Ordinal))
        {
            await using var read = PositionTable.KeepAndRead(transaction, update.Stream, update.Token);
            var stored = await read.ExecuteScalarAsync(cancellation).ConfigureAwait(false);
            if (stored is null)
                missed.Add(update);
            if (stored is null || change(stored as string, update.Position.Value) is not { } changed)
                continue;
            await using var save = PositionTable.Save(transaction, update with { Position = update.Position with { Value = changed } });
            await save.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        }

        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        return await RestoreAsync(missed, cancellation).ConfigureAwait(false);
    }, cancellation);

    public async Task RemoveAsync(string stream, long token, CancellationToken cancellation)
    {
        await using var command = PositionTable.Remove(source, stream, token);
        await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    // A row that is not there was deleted by hand, or with the table: nobody has taken over its stream.
    private async Task<IReadOnlyCollection<string>> RestoreAsync(IEnumerable<PositionUpdate> missed, CancellationToken cancellation)
    {
        var lost = new List<string>();
        foreach (var update in missed)
        {
            await using var command = PositionTable.Restore(source, update);
            if (await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false) == 0)
                lost.Add(update.Stream);
        }

        return lost;
    }

    public ValueTask DisposeAsync()
    {
        _table.Dispose();
        return ValueTask.CompletedTask;
    }
}

using System.Data.Common;
using System.Globalization;
using McpSseActors.Storage;

namespace McpSseActors.Positions;

/// <summary>
/// Stores positions in a table of a SQL database that knows <c>ON CONFLICT</c> and <c>RETURNING</c>, as PostgreSQL and SQLite do. Several
/// processes may share it; each stream has one owner at a time.
/// </summary>
/// <param name="source">The database; the caller disposes it.</param>
internal sealed class DatabasePositionStore(DbDataSource source) : IPositionStore
{
    private const string Table = "mcp_sse_positions";

    private readonly SqlTable _table = new(
        source, $"CREATE TABLE IF NOT EXISTS {Table} (stream VARCHAR(255) PRIMARY KEY, token BIGINT NOT NULL, position TEXT, saved_at VARCHAR(40))");

    public async Task<PositionLease> AcquireAsync(string stream, CancellationToken cancellation)
    {
        await _table.CreateAsync(cancellation).ConfigureAwait(false);
        await using var command = source.CreateCommand(
            $"INSERT INTO {Table} (stream, token) VALUES (@stream, 1) ON CONFLICT (stream) DO UPDATE SET token = {Table}.token + 1 RETURNING token, position, saved_at");
        command.Add("@stream", stream);
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
        var lost = new List<string>();
        await using var connection = await source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        foreach (var update in updates.OrderBy(update => update.Stream, StringComparer.Ordinal))
        {
            if (!await SaveAsync(update, transaction, cancellation).ConfigureAwait(false))
                lost.Add(update.Stream);
        }

        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        return lost;
    }

    public async Task RemoveAsync(string stream, long token, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand($"UPDATE {Table} SET position = NULL, saved_at = NULL WHERE stream = @stream AND token = @token");
        command.Add("@stream", stream);
        command.Add("@token", token);
        await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    public ValueTask DisposeAsync()
    {
        _table.Dispose();
        return ValueTask.CompletedTask;
    }

    private static async Task<bool> SaveAsync(PositionUpdate update, DbTransaction transaction, CancellationToken cancellation)
    {
        await using var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"UPDATE {Table} SET position = @position, saved_at = @saved_at WHERE stream = @stream AND token = @token";
        command.Add("@position", update.Position.Value);
        command.Add("@saved_at", Sql.Text(update.Position.SavedAt));
        command.Add("@stream", update.Stream);
        command.Add("@token", update.Token);
        return await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false) > 0;
    }
}

using System.Data.Common;
using McpSseActors.Storage;

namespace McpSseActors.DeadLetters;

/// <summary>
/// Keeps letters in a table of a SQL database that knows <c>ON CONFLICT</c> and window functions, as PostgreSQL and SQLite do. Several processes may
/// share it.
/// </summary>
/// <param name="source">The database; the caller disposes it.</param>
internal sealed class DatabaseDeadLetterStore(DbDataSource source) : IDeadLetterStore
{
    private const string Table = "mcp_sse_dead_letters";

    private readonly SqlTable _table = new(source, $"""
        CREATE TABLE IF NOT EXISTS {Table} (id VARCHAR(64) PRIMARY KEY, stream TEXT NOT NULL, handler TEXT NOT NULL, event_type TEXT NOT NULL,
        given_up_at VARCHAR(40) NOT NULL, is_retry_requested INTEGER NOT NULL, size BIGINT NOT NULL, letter TEXT NOT NULL)
        """,
        FollowAsync);

    // In the order of their IDs: two transactions that wait for each other's rows would never end.
    public Task KeepAsync(IReadOnlyCollection<StoredDeadLetter> letters, CancellationToken cancellation) => _table.UseAsync(async () =>
    {
        await using var connection = await source.OpenConnectionAsync(cancellation).ConfigureAwait(false);
        await using var transaction = await connection.BeginTransactionAsync(cancellation).ConfigureAwait(false);
        foreach (var letter in letters.OrderBy(letter => letter.Id, StringComparer.Ordinal))
            await KeepAsync(letter, transaction, cancellation).ConfigureAwait(false);
        await transaction.CommitAsync(cancellation).ConfigureAwait(false);
        return letters.Count;
    }, cancellation);

    // The newest letter stays, however large it is.
    public Task<int> TrimAsync(DeadLetterLimits limits, DateTimeOffset now, CancellationToken cancellation) => _table.UseAsync(async () =>
    {
        await using var command = source.CreateCommand($"""
            DELETE FROM {Table} WHERE given_up_at < @oldest OR id IN (SELECT id FROM
            (SELECT id, SUM(size) OVER (ORDER BY id DESC) AS sizes, ROW_NUMBER() OVER (ORDER BY id DESC) AS number FROM {Table}) AS ranked
            WHERE number > @count OR (sizes > @size AND number > 1))
            """);
        command.Add("@oldest", Sql.Text(limits.OldestAt(now)));
        command.Add("@count", (long)limits.MaxCount);
        command.Add("@size", limits.MaxSize);
        return await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }, cancellation);

    // SQL may request a retry by the column alone.
    public Task<IReadOnlyList<StoredDeadLetter>> FindAsync(DeadLetterFilter filter, string after, int count, CancellationToken cancellation) => _table.UseAsync<IReadOnlyList<StoredDeadLetter>>(async () =>
    {
        string[]? types = filter.EventType is null ? null : [.. (await CountTypesAsync(filter, cancellation).ConfigureAwait(false)).Select(each => each.Type)];
        await using var command = source.CreateCommand();
        command.CommandText = $"SELECT letter, is_retry_requested FROM {Table} WHERE {Where(filter, command)} AND id > @after{In(types, command)} ORDER BY id LIMIT @count";
        command.Add("@after", after);
        command.Add("@count", (long)count);
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        var found = new List<StoredDeadLetter>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            if (DeadLetterJson.TryRead(reader.GetString(0))?.Letter is { } letter)
                found.Add(letter with { IsRetryRequested = reader.GetInt32(1) != 0 });
        }

        return found;
    }, cancellation);

    public Task<long> CountAsync(DeadLetterFilter filter, CancellationToken cancellation) => _table.UseAsync(
        async () => (await CountTypesAsync(filter, cancellation).ConfigureAwait(false)).Sum(each => each.Count), cancellation);

    public Task<int> RemoveAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation) => _table.UseAsync(async () =>
    {
        var removed = 0;
        foreach (var some in ids.Order(StringComparer.Ordinal).Chunk(500))
        {
            await using var command = source.CreateCommand();
            command.CommandText = $"DELETE FROM {Table} WHERE id IN ({Names(some, "id", command)})";
            removed += await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
        }

        return removed;
    }, cancellation);

    /// <summary>Requests a retry of a letter.</summary>
    /// <returns>1, or 0 if it is not there.</returns>
    public Task<int> RequestRetryAsync(string id, CancellationToken cancellation) => _table.UseAsync(async () =>
    {
        await using var command = source.CreateCommand();
        command.CommandText = $"UPDATE {Table} SET is_retry_requested = 1 WHERE id = @id";
        command.Add("@id", id);
        return await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }, cancellation);

    public ValueTask DisposeAsync()
    {
        _table.Dispose();
        return ValueTask.CompletedTask;
    }

    // The clock may have been set back since the newest was made.
    private static async Task FollowAsync(DbDataSource source, CancellationToken cancellation)
    {
        await using var command = source.CreateCommand($"SELECT MAX(id) FROM {Table}");
        LetterIds.Follow(await command.ExecuteScalarAsync(cancellation).ConfigureAwait(false) as string ?? "");
    }

    private static async Task KeepAsync(StoredDeadLetter letter, DbTransaction transaction, CancellationToken cancellation)
    {
        await using var command = transaction.Connection!.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = $"""
            INSERT INTO {Table} (id, stream, handler, event_type, given_up_at, is_retry_requested, size, letter)
            VALUES (@id, @stream, @handler, @event_type, @given_up_at, @is_retry_requested, @size, @letter)
            ON CONFLICT (id) DO UPDATE SET stream = excluded.stream, handler = excluded.handler, event_type = excluded.event_type,
            given_up_at = excluded.given_up_at, is_retry_requested = excluded.is_retry_requested, size = excluded.size, letter = excluded.letter
            """;
        command.Add("@id", letter.Id);
        command.Add("@stream", letter.Event.Stream);
        command.Add("@handler", Storable(letter.Handler));
        command.Add("@event_type", Storable(letter.Event.EventType));
        command.Add("@given_up_at", Sql.Text(letter.GivenUpAt));
        command.Add("@is_retry_requested", letter.IsRetryRequested ? 1 : 0);
        command.Add("@size", letter.Size);
        command.Add("@letter", DeadLetterJson.Write(new DeadLetterRecord(letter)));
        await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }

    private async Task<IReadOnlyList<(string Type, long Count)>> CountTypesAsync(DeadLetterFilter filter, CancellationToken cancellation)
    {
        var pattern = EventPattern.Parse(filter.EventType ?? EventPattern.All);
        await using var command = source.CreateCommand();
        command.CommandText = $"SELECT event_type, COUNT(*) FROM {Table} WHERE {Where(filter, command)} GROUP BY event_type";
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        var types = new List<(string, long)>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
        {
            if (pattern.Matches(reader.GetString(0)))
                types.Add((reader.GetString(0), reader.GetInt64(1)));
        }

        return types;
    }

    private static string Where(DeadLetterFilter filter, DbCommand command)
    {
        var conditions = new List<string> { "1 = 1" };
        AddIf(filter.Id is { Length: > 0 } ? filter.Id : null, "substr(id, 1, length(@prefix)) = @prefix", "@prefix");
        AddIf(filter.Stream, "stream = @stream", "@stream");
        AddIf(filter.Handler is null ? null : Storable(filter.Handler), "handler = @handler", "@handler");
        AddIf(filter.Since is { } since ? Sql.Text(since) : null, "given_up_at >= @since", "@since");
        AddIf(filter.Until is { } until ? Sql.Text(until) : null, "given_up_at < @until", "@until");
        AddIf(filter.IsRetryRequested is { } requested ? requested ? 1 : 0 : null, "is_retry_requested = @requested", "@requested");
        return string.Join(" AND ", conditions);

        void AddIf(object? value, string condition, string name)
        {
            if (value is null)
                return;
            conditions.Add(condition);
            command.Add(name, value);
        }
    }

    private static string In(string[]? types, DbCommand command) => types switch
    {
        null => "",
        [] => " AND 1 = 0",
        _ => $" AND event_type IN ({Names(types, "type", command)})",
    };

    private static string Names(string[] values, string prefix, DbCommand command) => string.Join(", ", values.Select((value, index) =>
    {
        var name = $"@{prefix}{index}";
        command.Add(name, value);
        return name;
    }));

    // PostgreSQL stores no NUL.
    private static string Storable(string text) => text.Replace('\0', '\uFFFD');
}

using System.Data.Common;
using McpSseActors.Storage;

namespace McpSseActors.Positions;

/// <summary>The table of positions in a SQL database that knows <c>ON CONFLICT</c> and <c>RETURNING</c>, as PostgreSQL and SQLite do: its commands.</summary>
internal static class PositionTable
{
    private const string Name = "mcp_sse_positions";

    // Each database reads the rows of a save from one JSON text, so that the statement is always the same.
    private const string SavedRows = """
        SELECT value ->> 'stream' AS stream, value ->> 'token' AS token, value ->> 'position' AS position, value ->> 'saved_at' AS saved_at
        FROM json_each(@rows)
        """;
    private const string SavedRowsOfPostgreSql = """
        SELECT * FROM json_to_recordset(@rows::json) AS rows (stream text, token bigint, position text, saved_at text)
        """;

    // PostgreSQL would wait for its disk. If its machine crashes, it forgets the last positions, in their order: events are repeated, and none is lost.
    private const string NotFlushed = ", (SELECT set_config('synchronous_commit', 'off', true)) AS not_flushed";

    public const string Definition =
        $"CREATE TABLE IF NOT EXISTS {Name} (stream VARCHAR(255) PRIMARY KEY, token BIGINT NOT NULL, position TEXT, saved_at VARCHAR(40))";

    public static DbCommand Acquire(DbDataSource source, string stream) => With(
        source.CreateCommand(
            $"INSERT INTO {Name} (stream, token) VALUES (@stream, 1) ON CONFLICT (stream) DO UPDATE SET token = {Name}.token + 1 RETURNING token, position, saved_at"),
        ("@stream", stream));

    /// <summary>Affects no row if another owner has taken over the stream.</summary>
    public static DbCommand Save(DbTransaction transaction, PositionUpdate update) => With(
        In(transaction, $"UPDATE {Name} SET position = @position, saved_at = @saved_at WHERE stream = @stream AND token = @token"), Values(update));

    /// <summary>Saves positions with one statement.</summary>
    /// <returns>The streams that another owner has taken over.</returns>
    public static async Task<IReadOnlyCollection<string>> SaveAsync(DbDataSource source, IReadOnlyCollection<PositionUpdate> updates, CancellationToken cancellation)
    {
        var lost = updates.Select(update => update.Stream).ToHashSet(StringComparer.Ordinal);
        await using var command = Save(source, updates);
        await using var saved = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        while (await saved.ReadAsync(cancellation).ConfigureAwait(false))
            lost.Remove(saved.GetString(0));
        return lost;
    }

    /// <summary>Saves a position whose row somebody has deleted. Affects no row if there is one: then it is another owner's.</summary>
    public static DbCommand Restore(DbDataSource source, PositionUpdate update) => With(
        source.CreateCommand($"INSERT INTO {Name} (stream, token, position, saved_at) VALUES (@stream, @token, @position, @saved_at) ON CONFLICT (stream) DO NOTHING"), Values(update));

    /// <summary>Keeps the stream for the transaction without moving its position. Affects no row if another owner has taken it over.</summary>
    public static DbCommand Keep(DbTransaction transaction, string stream, long token) => With(
        In(transaction, $"UPDATE {Name} SET token = token WHERE stream = @stream AND token = @token"), ("@stream", stream), ("@token", token));

    /// <summary>As <see cref="Keep"/>, and gives the position; no row if another owner has taken the stream over.</summary>
    public static DbCommand KeepAndRead(DbTransaction transaction, string stream, long token) => With(
        In(transaction, $"UPDATE {Name} SET token = token WHERE stream = @stream AND token = @token RETURNING position"), ("@stream", stream), ("@token", token));

    /// <summary>Gives the token of the owner; no row if the stream was never taken over.</summary>
    public static DbCommand FindToken(DbTransaction transaction, string stream) =>
        With(In(transaction, $"SELECT token FROM {Name} WHERE stream = @stream"), ("@stream", stream));

    public static DbCommand Remove(DbDataSource source, string stream, long token) => With(
        source.CreateCommand($"UPDATE {Name} SET position = NULL, saved_at = NULL WHERE stream = @stream AND token = @token"), ("@stream", stream), ("@token", token));

    private static DbCommand Save(DbDataSource source, IEnumerable<PositionUpdate> updates)
    {
        var (rows, alsoFrom) = source.IsOf("Npgsql") ? (SavedRowsOfPostgreSql, NotFlushed) : (SavedRows, "");
        return With(
            source.CreateCommand($"""
                WITH saved AS ({rows})
                UPDATE {Name} SET position = saved.position, saved_at = saved.saved_at FROM saved{alsoFrom}
                WHERE {Name}.stream = saved.stream AND {Name}.token = saved.token RETURNING {Name}.stream
                """),
            ("@rows", PositionRow.ToJson(updates)));
    }

    private static (string Name, object Value)[] Values(PositionUpdate update) =>
    [
        ("@position", update.Position.Value),
        ("@saved_at", Sql.Text(update.Position.SavedAt)),
        ("@stream", update.Stream),
        ("@token", update.Token),
    ];

    private static DbCommand In(DbTransaction transaction, string text)
    {
        var connection = transaction.Connection ?? throw new InvalidOperationException("The transaction has ended: save the position before you commit.");
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        command.CommandText = text;
        return command;
    }

    private static DbCommand With(DbCommand command, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        foreach (var (name, value) in parameters)
            command.Add(name, value);
        return command;
    }
}

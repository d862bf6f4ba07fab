using System.Data.Common;
using McpSseActors.Storage;

namespace McpSseActors.Definitions;

/// <summary>Stores streams in a table of a SQL database that knows <c>ON CONFLICT</c>, as PostgreSQL and SQLite do.</summary>
/// <param name="source">The database; the caller disposes it.</param>
internal sealed class DatabaseStreamStore(DbDataSource source) : IStreamStore
{
    private const string Table = "mcp_sse_streams";

    private readonly SqlTable _table = new(source, $"CREATE TABLE IF NOT EXISTS {Table} (stream VARCHAR(255) PRIMARY KEY, definition TEXT NOT NULL)");

    public Task<IReadOnlyCollection<StoredStream>> LoadAsync(CancellationToken cancellation) => _table.UseAsync<IReadOnlyCollection<StoredStream>>(async () =>
    {
        await using var command = source.CreateCommand($"SELECT stream, definition FROM {Table} ORDER BY stream");
        await using var reader = await command.ExecuteReaderAsync(cancellation).ConfigureAwait(false);
        var streams = new List<StoredStream>();
        while (await reader.ReadAsync(cancellation).ConfigureAwait(false))
            streams.Add(new StoredStream(reader.GetString(0), reader.GetString(1)));
        return streams;
    }, cancellation);

    public Task SaveAsync(StoredStream stream, CancellationToken cancellation) => ExecuteAsync(
        $"INSERT INTO {Table} (stream, definition) VALUES (@stream, @definition) ON CONFLICT (stream) DO UPDATE SET definition = excluded.definition",
        [("@stream", stream.Stream), ("@definition", stream.Definition)],
        cancellation);

    public Task RemoveAsync(string stream, CancellationToken cancellation) =>
        ExecuteAsync($"DELETE FROM {Table} WHERE stream = @stream", [("@stream", stream)], cancellation);

    public ValueTask DisposeAsync()
    {
        _table.Dispose();
        return ValueTask.CompletedTask;
    }

    private Task<int> ExecuteAsync(string text, (string Name, object Value)[] parameters, CancellationToken cancellation) => _table.UseAsync(async () =>
    {
        await using var command = source.CreateCommand(text);
        foreach (var (name, value) in parameters)
            command.Add(name, value);
        return await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
    }, cancellation);
}

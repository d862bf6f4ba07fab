using System.Data.Common;
using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace McpSseActors.Soak.Kills;

/// <summary>Records what is handled, outside of the process.</summary>
internal interface IRecorder
{
    /// <summary>Records events of one stream, in their order.</summary>
    void Record(params ReadOnlySpan<McpEvent> events);
}

/// <summary>Tells the ledger in the other process; what was written arrives, whatever becomes of this process.</summary>
internal sealed class LedgerClient : IRecorder, IDisposable
{
    private readonly TcpClient _connection;
    private readonly Lock _lock = new();

    /// <param name="port">The port of the ledger.</param>
    /// <param name="greeting">The first line; null for none.</param>
    /// <param name="host">Where the ledger is.</param>
    public LedgerClient(int port, string? greeting = null, string host = "127.0.0.1")
    {
        _connection = new TcpClient(host, port) { NoDelay = true };
        if (greeting is not null)
            _connection.GetStream().Write(Encoding.ASCII.GetBytes($"{greeting}\n"));
    }

    public void Record(params ReadOnlySpan<McpEvent> events)
    {
        foreach (var received in events)
        {
            var line = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{received.Stream} {Number(received)} {(received.Redelivered ? 1 : 0)}\n"));
            lock (_lock)
                _connection.GetStream().Write(line);
        }
    }

    /// <summary>A stream was added, and is stored.</summary>
    public void RecordAdded(string stream)
    {
        lock (_lock)
            _connection.GetStream().Write(Encoding.ASCII.GetBytes($"{stream} added\n"));
    }

    public void Dispose() => _connection.Dispose();

    /// <summary>The number of an event; 0 of one that has none: that events may be missing.</summary>
    public static int Number(McpEvent received) => received.Data.TryGetProperty("n", out var number) ? number.GetInt32() : 0;
}

/// <summary>Stores events and position in one transaction. The ledger learns of them before it is committed.</summary>
internal sealed class TransactionRecorder(DbDataSource database, LedgerClient ledger) : IRecorder
{
    private const string Table = "handled";

    /// <summary>Creates the table.</summary>
    public static async Task CreateAsync(DbDataSource database)
    {
        await using var command = database.CreateCommand($"CREATE TABLE IF NOT EXISTS {Table} (stream TEXT NOT NULL, number INTEGER NOT NULL)");
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Counts the rows, and the different ones.</summary>
    public static async Task<(long Rows, long Distinct)> CountAsync(DbDataSource database)
    {
        await using var command = database.CreateCommand($"SELECT COUNT(*), (SELECT COUNT(*) FROM (SELECT DISTINCT stream, number FROM {Table}) AS d) FROM {Table}");
        await using var reader = await command.ExecuteReaderAsync();
        await reader.ReadAsync();
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    public void Record(params ReadOnlySpan<McpEvent> events)
    {
        using var connection = database.OpenConnection();
        using var transaction = connection.BeginTransaction();
        using var command = connection.CreateCommand();
        command.Transaction = transaction;
        foreach (var received in events)
        {
            command.CommandText = $"INSERT INTO {Table} VALUES ('{received.Stream}', {LedgerClient.Number(received)})";
            command.ExecuteNonQuery();
        }

        events[^1].Position.SaveIn(transaction);
        ledger.Record(events);
        transaction.Commit();
    }
}

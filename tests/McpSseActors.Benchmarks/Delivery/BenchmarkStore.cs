using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace McpSseActors.Benchmarks.Delivery;

/// <summary>A new place for positions, which ends with it.</summary>
internal sealed class BenchmarkStore : IAsyncDisposable
{
    public const string File = "file";
    public const string Sqlite = "sqlite";
    public const string PostgreSql = "postgresql";

    private const string Variable = "POSTGRESQL";

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("positions-");
    private readonly DbDataSource? _database;

    private BenchmarkStore(string kind) => _database = kind switch
    {
        Sqlite => SqliteFactory.Instance.CreateDataSource($"Data Source={Path.Combine(_folder.FullName, "positions.db")}"),
        PostgreSql => NpgsqlDataSource.Create(Environment.GetEnvironmentVariable(Variable)!),
        _ => null,
    };

    /// <summary>Those that this machine has: PostgreSQL where the environment names a server, as <c>tests/with-postgresql</c> does.</summary>
    public static string[] Kinds => [File, Sqlite, .. Environment.GetEnvironmentVariable(Variable) is null ? (string[])[] : [PostgreSql]];

    /// <summary>Creates it, with its table.</summary>
    public static async Task<BenchmarkStore> CreateAsync(string kind)
    {
        var store = new BenchmarkStore(kind);
        if (store._database is { } database)
        {
            await using (var command = database.CreateCommand("DROP TABLE IF EXISTS mcp_sse_positions"))
                await command.ExecuteNonQueryAsync();
            await using var first = PositionStores.OpenDatabase(database);
            await first.AcquireAsync("first", default);
        }

        return store;
    }

    public IPositionStore Open() => _database is null ? PositionStores.OpenFile(Path.Combine(_folder.FullName, "positions"))
        : PositionStores.OpenDatabase(_database);

    public async ValueTask DisposeAsync()
    {
        if (_database is not null)
            await _database.DisposeAsync();
        if (_database is not NpgsqlDataSource)
            SqliteConnection.ClearAllPools();
        try
        {
            _folder.Delete(recursive: true);
        }
        catch (IOException)
        {
            // A save that was under way when its actor stopped has written to it.
        }
    }
}

using System.Data.Common;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace McpSseActors.Tests.Support;

/// <summary>
/// A real SQL database for one test: SQLite, or the PostgreSQL server that the variable <c>POSTGRESQL</c> names. <c>tests/with-postgresql</c> starts one.
/// </summary>
internal static class TestDatabase
{
    private static readonly string? Server = Environment.GetEnvironmentVariable("POSTGRESQL");

    public static bool IsSqlite => Server is null;

    /// <param name="folder">The folder of the test, for the file of SQLite.</param>
    public static DbDataSource Open(string folder)
    {
        if (Server is not { } server)
            return SqliteFactory.Instance.CreateDataSource($"Data Source={Path.Combine(folder, "test.db")};Pooling=False");
        var schema = $"test_{Guid.NewGuid():N}";
        using (var database = NpgsqlDataSource.Create(server))
        {
            using var create = database.CreateCommand($"CREATE SCHEMA {schema}");
            create.ExecuteNonQuery();
        }

        return NpgsqlDataSource.Create($"{server};Search Path={schema}");
    }
}

using System.Data.Common;
using McpSseActors.Hosting;
using Microsoft.Data.Sqlite;
using Npgsql;

namespace McpSseActors.Soak.Kills;

/// <summary>Where positions are stored.</summary>
/// <param name="file">The file; null for a database.</param>
/// <param name="database">The database; null for a file.</param>
internal sealed class Store(string? file, DbDataSource? database)
{
    public DbDataSource? Database => database;

    /// <summary>Reads <c>file:PATH</c>, <c>sqlite:PATH</c>, or a connection string of PostgreSQL.</summary>
    public static Store Parse(string text) => text.Split(':', 2) switch
    {
        ["file", var path] => new Store(path, null),
        ["sqlite", var path] => new Store(null, SqliteFactory.Instance.CreateDataSource($"Data Source={path}")),
        _ => new Store(null, NpgsqlDataSource.Create(text)),
    };

    public DurableDelivery Configure(DurableDelivery delivery, bool inTransactions) =>
        file is not null ? delivery.InFile(file) : inTransactions ? delivery.InTransactionsOf(database!) : delivery.InDatabase(database!);

    /// <summary>The events that were given up; no host uses the store any more.</summary>
    public async Task<IReadOnlyList<StoredDeadLetter>> LettersAsync()
    {
        await using var letters = file is null ? DeadLetterStores.OpenDatabase(database!) : DeadLetterStores.OpenFile($"{file}.dead-letters");
        return await letters.FindAsync(DeadLetterFilter.All, "", 100, CancellationToken.None);
    }
}

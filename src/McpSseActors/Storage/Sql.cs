using System.Data.Common;
using System.Diagnostics;
using System.Globalization;

namespace McpSseActors.Storage;

/// <summary>What the stores in a SQL database share.</summary>
internal static class Sql
{
    /// <summary>Adds a parameter to a command.</summary>
    public static void Add(this DbCommand command, string name, object value)
    {
        var parameter = command.CreateParameter();
        parameter.ParameterName = name;
        parameter.Value = value;
        command.Parameters.Add(parameter);
    }

    /// <summary>Whether a database is reached through a provider of this name.</summary>
    public static bool IsOf(this DbDataSource source, string provider)
    {
        using var connection = source.CreateConnection();
        return connection.GetType().Name.StartsWith(provider, StringComparison.Ordinal);
    }

    /// <summary>Writes a time as text that sorts as times do.</summary>
    public static string Text(DateTimeOffset time) => time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
}

/// <summary>A table that is created when it is needed first.</summary>
/// <param name="source">The database.</param>
/// <param name="definition">Creates it, if it is missing.</param>
/// <param name="onCreated">Called when it is there; null for nothing.</param>
internal sealed class SqlTable(DbDataSource source, string definition, Func<DbDataSource, CancellationToken, Task>? onCreated = null) : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);

    private readonly SemaphoreSlim _creating = new(1);
    private bool _isCreated;

    /// <summary>
    /// Runs work on the table. If the database refuses it, the table may be gone, or somebody else may use it: it is created again, and the work is tried
    /// once more, or for half a second. SQLite does not wait for readers at the end of a statement that returns rows.
    /// </summary>
    public async Task<T> UseAsync<T>(Func<Task<T>> work, CancellationToken cancellation)
    {
        var began = Stopwatch.GetTimestamp();
        for (var isFirst = true; ; isFirst = false)
        {
            try
            {
                await CreateAsync(cancellation).ConfigureAwait(false);
                return await work().ConfigureAwait(false);
            }
            catch (DbException) when (isFirst || Stopwatch.GetElapsedTime(began) < Patience)
            {
                _isCreated = false;
            }

            await Task.Delay(Pause, cancellation).ConfigureAwait(false);
        }
    }

    private async Task CreateAsync(CancellationToken cancellation)
    {
        await _creating.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_isCreated)
                return;
            await using var command = source.CreateCommand(definition);
            await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
            if (onCreated is not null)
                await onCreated(source, cancellation).ConfigureAwait(false);
            _isCreated = true;
        }
        finally
        {
            _creating.Release();
        }
    }

    public void Dispose() => _creating.Dispose();
}

using System.Data.Common;
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

    /// <summary>Writes a time as text that sorts as times do.</summary>
    public static string Text(DateTimeOffset time) => time.ToUniversalTime().ToString("O", CultureInfo.InvariantCulture);
}

/// <summary>A table that is created when it is needed first.</summary>
/// <param name="source">The database.</param>
/// <param name="definition">Creates it, if it is missing.</param>
internal sealed class SqlTable(DbDataSource source, string definition) : IDisposable
{
    private readonly SemaphoreSlim _creating = new(1);
    private bool _isCreated;

    public async Task CreateAsync(CancellationToken cancellation)
    {
        await _creating.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            if (_isCreated)
                return;
            await using var command = source.CreateCommand(definition);
            await command.ExecuteNonQueryAsync(cancellation).ConfigureAwait(false);
            _isCreated = true;
        }
        finally
        {
            _creating.Release();
        }
    }

    public void Dispose() => _creating.Dispose();
}

using System.Data.Common;

namespace McpSseActors.Cli.DeadLetters;

/// <summary>The databases that a configuration can name.</summary>
internal static class Databases
{
    /// <summary>Registers them by their names; their code is loaded when one is used.</summary>
    public static void Register() => DbProviderFactories.RegisterFactory("Npgsql", "Npgsql.NpgsqlFactory, Npgsql");
}

using System.Data.Common;

namespace McpSseActors.Configuration;

/// <summary>A database in a configuration: a connection string that also names its provider, <c>Provider=Npgsql;Host=db;Database=app</c>.</summary>
internal static class DatabaseText
{
    private const string Provider = "Provider";

    /// <summary>Gets whether a text names a database; otherwise it is a path.</summary>
    public static bool Is(string text) => text.Contains(Provider, StringComparison.OrdinalIgnoreCase) && Parse(text) is not null;

    /// <summary>Opens the database; connections are opened when they are needed.</summary>
    /// <exception cref="ArgumentException">The provider is not registered, or does not understand the connection string.</exception>
    public static DbDataSource Open(string text)
    {
        var parts = Parse(text)!;
        var provider = (string)parts[Provider];
        parts.Remove(Provider);
        return DbProviderFactories.TryGetFactory(provider, out var factory)
            ? factory.CreateDataSource(parts.ConnectionString)
            : throw new ArgumentException(
                $"the database provider {provider} is not registered: call DbProviderFactories.RegisterFactory(\"{provider}\", ...) before the host is built");
    }

    private static DbConnectionStringBuilder? Parse(string text)
    {
        try
        {
            var parts = new DbConnectionStringBuilder { ConnectionString = text };
            return parts.ContainsKey(Provider) ? parts : null;
        }
        catch (ArgumentException)
        {
            return null;
        }
    }
}

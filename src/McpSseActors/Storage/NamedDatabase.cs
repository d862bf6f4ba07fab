using System.Data.Common;
using McpSseActors.Configuration;

namespace McpSseActors.Storage;

/// <summary>The database that a configuration names.</summary>
internal static class NamedDatabase
{
    /// <summary>Opens it; connections are opened when they are needed.</summary>
    /// <exception cref="PositionStoreException">The provider is not registered, or rejects the connection string.</exception>
    public static DbDataSource Open(string store)
    {
        try
        {
            return DatabaseText.Open(store);
        }
        catch (ArgumentException fault)
        {
            throw new PositionStoreException($"The store of positions cannot be opened: {fault.Message}", fault);
        }
    }
}

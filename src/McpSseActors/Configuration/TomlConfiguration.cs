namespace McpSseActors.Configuration;

/// <summary>Reads a configuration from TOML.</summary>
public static class TomlConfiguration
{
    /// <summary>Reads a file; <c>MCP_SSE__…</c> variables of the process's environment override it.</summary>
    /// <param name="path">The file.</param>
    /// <exception cref="McpSseConfigurationException">The file is missing or faulty; names every fault.</exception>
    public static McpSseOptions Load(string path) => throw new NotSupportedException(path);
}

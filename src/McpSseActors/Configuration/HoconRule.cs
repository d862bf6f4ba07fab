namespace McpSseActors.Configuration;

/// <summary>Checks a setting of <c>mcp-sse.conf</c>.</summary>
internal static class HoconRule
{
    /// <summary>Rejects a value that breaks its rule.</summary>
    /// <param name="holds">Whether the value is valid.</param>
    /// <param name="key">The key below <c>mcp-sse</c>.</param>
    /// <param name="rule">What would be valid.</param>
    /// <param name="problem">What is wrong.</param>
    /// <exception cref="McpSseConfigurationException">The value is not valid.</exception>
    public static void Require(bool holds, string key, string rule, string problem = "the value is out of range")
    {
        if (!holds)
            throw new McpSseConfigurationException([new ConfigurationFault("HOCON", null, null, $"mcp-sse.{key}", problem, $"write {rule}")]);
    }
}

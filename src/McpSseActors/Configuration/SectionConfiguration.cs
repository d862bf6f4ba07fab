using Microsoft.Extensions.Configuration;

namespace McpSseActors.Configuration;

/// <summary>Reads a configuration from <see cref="IConfiguration"/>.</summary>
public static class SectionConfiguration
{
    /// <summary>Reads a section with the keys of the TOML table <c>[mcp_sse]</c>.</summary>
    /// <param name="section">The section.</param>
    /// <exception cref="McpSseConfigurationException">The section is faulty; names every fault.</exception>
    public static McpSseOptions Read(IConfiguration section) => throw new NotSupportedException();
}

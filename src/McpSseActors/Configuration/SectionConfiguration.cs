using McpSseActors.Configuration;
using Microsoft.Extensions.Configuration;

namespace McpSseActors;

/// <summary>Reads a configuration from <see cref="IConfiguration"/>, whose providers have merged files and variables already.</summary>
public static class SectionConfiguration
{
    /// <summary>
    /// Reads a section with the keys of the TOML table <c>[mcp_sse]</c>, <c>servers:NAME</c> and <c>log:console_log_level</c> below it.
    /// Case does not matter. A list is a list or text with commas.
    /// </summary>
    /// <param name="section">The section, usually <c>configuration.GetSection("mcp_sse")</c>.</param>
    /// <returns>The options.</returns>
    /// <exception cref="McpSseConfigurationException">The section is missing or faulty; names every fault.</exception>
    public static McpSseOptions Read(IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        var path = (section as IConfigurationSection)?.Path ?? "";
        var table = Table(section, path, ConfigurationKeys.Section);
        var faults = new List<ConfigurationFault>();
        if (!table.Entries.Any())
        {
            faults.Add(table.Place.Fault(new Complaint("the section is missing or empty", "add it with enable and server_url")));
            throw new McpSseConfigurationException([.. faults]);
        }

        var none = new RawTable(table.Place, StringComparer.OrdinalIgnoreCase);
        var level = table.Table(ConfigurationKeys.Log)?[ConfigurationKeys.LogLevel];
        var options = new ConfigurationReader(faults, new StreamOptions()).Read(table, none, level, ConfigurationKeys.Log);
        return faults.Count == 0 ? options : throw new McpSseConfigurationException(TomlConfiguration.Sorted(faults));
    }

    private static RawTable Table(IConfiguration section, string path, string key)
    {
        var table = new RawTable(At(path, key), StringComparer.OrdinalIgnoreCase);
        foreach (var child in section.GetChildren())
        {
            var name = $"{key}.{child.Key}";
            if (Value(child, name) is { } value)
                table.Add(new RawEntry(child.Key, At(child.Path, name), value));
        }

        return table;
    }

    private static RawValue? Value(IConfigurationSection section, string key)
    {
        var children = section.GetChildren().ToList();
        if (children.Count == 0)
            return section.Value is { } text ? new RawText(At(section.Path, key), text) : null;
        return children.TrueForAll(child => int.TryParse(child.Key, out _))
            ? new RawList(At(section.Path, key), [.. children.Select(child => Value(child, $"{key}[{child.Key}]")).OfType<RawValue>()])
            : Table(section, section.Path, key);
    }

    private static Place At(string path, string key) => new(path.Length > 0 ? path : "configuration", null, null, key);
}

using System.Collections;
using System.Collections.Immutable;
using McpSseActors.Configuration;

namespace McpSseActors;

/// <summary>
/// Reads a configuration from TOML: the tables <c>[mcp_sse]</c>, <c>[mcp_sse.servers.NAME]</c> and <c>[log]</c>. Other tables are
/// another program's and are left alone.
/// </summary>
public static class TomlConfiguration
{
    // One file may have a fault in each of its bytes.
    private const int MostFaults = 100;

    /// <summary>The options of a stream whose table sets no key. The format defines another user agent than code has.</summary>
    internal static StreamOptions Defaults { get; } = new() { UserAgent = "MaiBot-MCP-SSE-Client/1.0" };

    /// <summary>Reads a file; <c>MCP_SSE__…</c> variables of the process's environment override it.</summary>
    /// <param name="path">The file, in UTF-8.</param>
    /// <param name="reload">Whether a host that uses these options applies changes of the file while it runs. Default: false.</param>
    /// <returns>The options.</returns>
    /// <exception cref="McpSseConfigurationException">The file is missing or faulty; names every fault.</exception>
    public static McpSseOptions Load(string path, bool reload = false)
    {
        var source = TomlSource.Read(path, reload);
        return reload ? source.Options with { Source = source } : source.Options;
    }

    /// <summary>Reads a text.</summary>
    /// <param name="text">The TOML document.</param>
    /// <param name="sourceName">What faults call the document.</param>
    /// <param name="environment">Variables, of which those named <c>MCP_SSE__…</c> override the text; null is none.</param>
    /// <returns>The options.</returns>
    /// <exception cref="McpSseConfigurationException">The text or a variable is faulty; names every fault.</exception>
    public static McpSseOptions Parse(string text, string sourceName = "toml", IReadOnlyDictionary<string, string>? environment = null)
    {
        ArgumentNullException.ThrowIfNull(text);
        var faults = new List<ConfigurationFault>();
        var document = TomlTable.Read(text, sourceName, faults);
        if (document is null)
            throw new McpSseConfigurationException(Sorted(faults));

        var overrides = EnvironmentTable.Read(environment ?? ImmutableDictionary<string, string>.Empty, faults);
        var section = Section(document, faults);
        var options = section is null ? null : new ConfigurationReader(faults, Defaults).Read(section, overrides, LogLevel(document, faults));
        return options is not null && faults.Count == 0 ? options : throw new McpSseConfigurationException(Sorted(faults));
    }

    internal static Dictionary<string, string> ProcessEnvironment()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            variables.Add((string)variable.Key, (string?)variable.Value ?? "");
        return variables;
    }

    internal static ImmutableArray<ConfigurationFault> Sorted(IEnumerable<ConfigurationFault> faults)
    {
        // A rule broken in the base table is found again for every server that inherits it.
        ConfigurationFault[] all =
        [
            .. faults.Distinct().OrderBy(fault => fault.Line is null).ThenBy(fault => fault.Line).ThenBy(fault => fault.Column)
                .ThenBy(fault => fault.Line is null ? fault.Source : "", StringComparer.Ordinal),
        ];
        return all.Length <= MostFaults
            ? [.. all]
            : [.. all[..MostFaults], new ConfigurationFault(all[0].Source, null, null, null, $"{all.Length - MostFaults} more faults", "correct the faults above first")];
    }

    private static RawTable? Section(RawTable document, List<ConfigurationFault> faults)
    {
        const string Name = ConfigurationKeys.Section;
        switch (document[Name])
        {
            case RawTable table:
                return table;
            case { } other:
                faults.Add(other.Place.Fault(Kinds.WrongType(other, $"the table [{Name}]")));
                return null;
            default:
                var meant = Nearest.To(Name, document.Entries.Select(entry => entry.Name));
                var place = document.Entries.FirstOrDefault(entry => entry.Name == meant)?.Place ?? document.Place;
                faults.Add(new Place(place.Source, place.Line, place.Column, Name).Fault(new Complaint(
                    $"missing table [{Name}]",
                    meant is null ? $"add [{Name}] with enable = true and server_url = \"https://…\"" : $"write [{Name}] for [{meant}]")));
                return null;
        }
    }

    // [log] may have keys of other programs. Only what looks like a misspelling of the one known key is a fault.
    private static RawValue? LogLevel(RawTable document, List<ConfigurationFault> faults)
    {
        var log = document.Table(ConfigurationKeys.Log);
        foreach (var entry in log?.Entries.Where(entry => entry.Name != ConfigurationKeys.LogLevel && log[ConfigurationKeys.LogLevel] is null) ?? [])
        {
            if (Nearest.Distance(entry.Name, ConfigurationKeys.LogLevel) <= 3)
                faults.Add(entry.Place.Fault(new Complaint("unknown key", $"did you mean {ConfigurationKeys.LogLevel}?")));
        }

        return log?[ConfigurationKeys.LogLevel];
    }
}

namespace McpSseActors.Configuration;

/// <summary>
/// The variables <c>MCP_SSE__KEY</c>, <c>MCP_SSE__SERVERS__NAME__KEY</c>, <c>MCP_SSE__CUSTOM_HEADERS__X_NAME</c>, <c>MCP_SSE__MCP__KEY</c>,
/// <c>MCP_SSE__EVENT__KEY</c>,/// <c>MCP_SSE__DELIVERY__KEY</c> and <c>MCP_SSE__LOG__CONSOLE_LOG_LEVEL</c>, as a table like that of a file.
/// </summary>
internal static class EnvironmentTable
{
    public const string Prefix = "MCP_SSE__";

    private const string Headers = "custom_headers";

    public static RawTable Read(IReadOnlyDictionary<string, string> environment, ICollection<ConfigurationFault> faults)
    {
        var root = new RawTable(new Place("environment", null, null, ConfigurationKeys.Section), StringComparer.OrdinalIgnoreCase);
        foreach (var variable in environment.Keys.Where(name => name.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase)).Order(StringComparer.Ordinal))
        {
            if (!TryAdd(root, variable, environment[variable]))
                faults.Add(new Place(variable, null, null, ConfigurationKeys.Section).Fault(new Complaint(
                    "the variable names no key", $"write {Prefix}KEY, {Prefix}SERVERS__NAME__KEY or {Prefix}CUSTOM_HEADERS__X_NAME")));
        }

        RefuseUnknownLogKeys(root, faults);
        return root;
    }

    /// <summary>A server's name as variables write it: in capitals, with an underscore for everything but letters and digits.</summary>
    public static string NameOf(string server) => string.Concat(server.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'));

    /// <summary>Whether a part of a variable's name means the server.</summary>
    public static bool Names(string part, string server) => string.Equals(part, NameOf(server), StringComparison.OrdinalIgnoreCase);

    private static bool TryAdd(RawTable root, string variable, string text)
    {
        var path = variable[Prefix.Length..].Split("__");
        if (!IsPath(path))
            return false;

        // Variables cannot hold the hyphens that header names are full of.
        if (path.Length > 1 && Is(path[^2], Headers))
            path[^1] = path[^1].Replace('_', '-');

        var place = new Place(variable, null, null, $"{ConfigurationKeys.Section}.{string.Join('.', path).ToLowerInvariant()}");
        var table = root;
        foreach (var part in path[..^1])
            table = table?.Below(part, place);
        table?.Add(new RawEntry(path[^1], place, new RawText(place, text)));
        return table is not null;
    }

    private static bool IsPath(string[] path) => Array.TrueForAll(path, part => part.Length > 0) && path switch
    {
        [var key] => !Is(key, ConfigurationKeys.Servers) && !Is(key, ConfigurationKeys.Log),
        [var table, _] => IsOfStream(table) || Is(table, ConfigurationKeys.Delivery) || Is(table, ConfigurationKeys.Log),
        [var delivery, var letters, _] when Is(delivery, ConfigurationKeys.Delivery) => Is(letters, DeliveryReader.DeadLetters) || Is(letters, DeliveryReader.Retry),
        [var servers, _, _] => Is(servers, ConfigurationKeys.Servers),
        [var servers, _, var table, _] => Is(servers, ConfigurationKeys.Servers) && IsOfStream(table),
        _ => false,
    };

    private static bool IsOfStream(string table) => Is(table, Headers) || Is(table, ConfigurationKeys.Mcp) || Is(table, ConfigurationKeys.Event);

    private static void RefuseUnknownLogKeys(RawTable root, ICollection<ConfigurationFault> faults)
    {
        foreach (var entry in root.Table(ConfigurationKeys.Log)?.Entries.Where(entry => !Is(entry.Name, ConfigurationKeys.LogLevel)) ?? [])
            faults.Add(entry.Place.Fault(new Complaint("unknown key", $"did you mean {ConfigurationKeys.LogLevel}?")));
    }

    private static bool Is(string part, string name) => string.Equals(part, name, StringComparison.OrdinalIgnoreCase);
}

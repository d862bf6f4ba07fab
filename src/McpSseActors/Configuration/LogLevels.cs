namespace McpSseActors.Configuration;

/// <summary>Reads <c>console_log_level</c>.</summary>
internal static class LogLevels
{
    public const string Rule = "DEBUG, INFO, WARNING, ERROR or CRITICAL";

    private static readonly ValueKind<string> Kind = Kinds.Text(Rule, text =>
        Find(text) is null ? new Complaint("unknown log level", $"write {Rule}") : null);

    public static ConsoleLogLevel Read(RawValue? raw, ICollection<ConfigurationFault> faults)
    {
        var fallback = new McpSseOptions().ConsoleLogLevel;
        return raw is not null && Kind.TryRead(raw, faults, out var text) ? Find(text)!.Value : fallback;
    }

    // By name only: Enum.TryParse alone would take numbers too.
    private static ConsoleLogLevel? Find(string text) =>
        Enum.GetNames<ConsoleLogLevel>().Contains(text, StringComparer.OrdinalIgnoreCase) ? Enum.Parse<ConsoleLogLevel>(text, ignoreCase: true) : null;
}

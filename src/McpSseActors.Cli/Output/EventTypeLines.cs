namespace McpSseActors.Cli.Output;

/// <summary>The types of MCP events of a server, for people. All texts are the server's.</summary>
internal static class EventTypeLines
{
    private const int Gap = 2;

    private static readonly string[] Head = ["event", "delivery", "arguments", "description"];

    /// <summary>A table of types.</summary>
    public static IEnumerable<string> Of(McpEventTypes types) => types.Types.IsEmpty ? [] : Columns([Head, .. types.Types.Select(Row)], "");

    /// <summary>One type.</summary>
    public static IEnumerable<string> Of(McpEventType type, EventExample example)
    {
        yield return $"{Lines.Name(type.Name)}{(type.Description is { Length: > 0 } description ? $": {Lines.OneLine(description)}" : "")}";
        yield return $"delivery: {Delivery(type)}";
        foreach (var line in Members("arguments", SchemaMember.Of(type.InputSchema)).Concat(Members("data", SchemaMember.Of(type.PayloadSchema))))
            yield return line;
        yield return "";
        yield return "Listen:";
        yield return $"  {example.Command}";
        yield return "";
        yield return "In a configuration file:";
        foreach (var line in example.Toml)
            yield return $"  {line}";
    }

    private static string[] Row(McpEventType type) =>
        [Lines.Name(type.Name), Delivery(type), Arguments(SchemaMember.Of(type.InputSchema)), Lines.OneLine(type.Description ?? "")];

    private static string Arguments(IReadOnlyList<SchemaMember> members) => members.Count == 0
        ? "none"
        : string.Join(", ", members.Select(member => $"{Lines.OneLine(member.Name)}{(member.IsRequired ? " (required)" : "")}"));

    private static IEnumerable<string> Members(string title, IReadOnlyList<SchemaMember> members) => members.Count == 0
        ? [$"{title}: none"]
        : Columns(members.Select(member => (string[])[Lines.OneLine(member.Name), member.Meaning]), "  ").Prepend($"{title}:");

    private static string Delivery(McpEventType type) => string.Join(", ", type.Delivery.Select(mode => mode.ToString().ToLowerInvariant()));

    private static IEnumerable<string> Columns(IEnumerable<string[]> rows, string indent)
    {
        var all = rows.ToList();
        var widths = Enumerable.Range(0, all[0].Length - 1).Select(column => all.Max(row => CellText.CellsOf(row[column])) + Gap).ToArray();
        return all.Select(row => (indent + string.Concat(row.Select((cell, column) =>
            column < widths.Length ? cell + new string(' ', widths[column] - CellText.CellsOf(cell)) : cell))).TrimEnd());
    }
}

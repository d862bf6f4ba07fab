using System.Text.RegularExpressions;

namespace McpSseActors.Cli.Init;

/// <summary>What the project's pages say of keys and transports. The pages are within the assembly, so that each is explained in one place.</summary>
internal static partial class Manual
{
    /// <summary>What each key means.</summary>
    public static IReadOnlyDictionary<string, string> Keys { get; } = Table("configuration.md", "| key |", meaning: 4);

    /// <summary>What each transport is, in the order of the page.</summary>
    public static IReadOnlyDictionary<string, string> Transports { get; } = Table("transports.md", "| `transport` |", meaning: 1);

    private static OrderedDictionary<string, string> Table(string page, string head, int meaning)
    {
        var rows = Resources.Read(page).Split('\n').SkipWhile(line => !line.StartsWith(head, StringComparison.Ordinal)).Skip(2)
            .TakeWhile(line => line.StartsWith('|'))
            .Select(line => line.Trim('|', '\r').Split('|', StringSplitOptions.TrimEntries));
        var table = new OrderedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var cells in rows)
            table.Add(Plain(cells[0], page), Plain(cells[meaning], page));
        return table;
    }

    // Links become the path of what they lead to.
    private static string Plain(string markdown, string page) => Link()
        .Replace(markdown, link => "docs/" + (link.Groups["to"].Value.StartsWith('#') ? page : "") + link.Groups["to"].Value)
        .Replace("`", "", StringComparison.Ordinal);

    [GeneratedRegex(@"\[[^\]]+\]\((?<to>[^)]+)\)", RegexOptions.ExplicitCapture)]
    private static partial Regex Link();
}

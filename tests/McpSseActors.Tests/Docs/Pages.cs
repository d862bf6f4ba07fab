using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;

namespace McpSseActors.Tests.Docs;

/// <summary>The pages of the documentation, and the marked regions of the code beside this file.</summary>
internal static partial class Pages
{
    public static string Root { get; } = FindRoot();

    /// <summary>README.md and the pages in docs/ and its folders.</summary>
    public static IEnumerable<string> Paths =>
        Directory.EnumerateFiles(Path.Combine(Root, "docs"), "*.md", SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal).Prepend(Path.Combine(Root, "README.md"));

    public static string Read(string name) => File.ReadAllText(Path.Combine(Root, name));

    /// <summary>The code blocks of a language.</summary>
    public static IEnumerable<string> Blocks(string page, string language) =>
        Fence().Matches(page).Where(fence => fence.Groups["language"].Value == language).Select(fence => fence.Groups["code"].Value.TrimEnd());

    /// <summary>The targets of the links.</summary>
    public static IEnumerable<string> Links(string page) =>
        Link().Matches(Fence().Replace(page, "")).Select(link => link.Groups["target"].Value);

    /// <summary>The text below a heading, without code, up to the next one of the same or a higher level; null if the page lacks it.</summary>
    public static string? Section(string page, string heading)
    {
        var text = Fence().Replace(page, "");
        var headings = Heading().Matches(text);
        if (headings.FirstOrDefault(each => each.Groups["text"].Value == heading) is not { } start)
            return null;
        var end = headings.FirstOrDefault(each => each.Index > start.Index && Level(each) <= Level(start))?.Index ?? text.Length;
        return text[start.Index..end];
    }

    /// <summary>The anchors of the headings.</summary>
    public static IEnumerable<string> Anchors(string page) =>
        Heading().Matches(Fence().Replace(page, "")).Select(heading =>
            NotInAnchors().Replace(heading.Groups["text"].Value.Trim().ToLowerInvariant(), "").Replace(' ', '-'));

    /// <summary>The marked regions. One name may stand several times in a file: its parts are then one region, with an empty line between.</summary>
    public static IReadOnlyDictionary<string, string> Regions() => Directory.EnumerateFiles(Path.Combine(Root, "tests", "McpSseActors.Tests", "Docs"), "*.cs")
        .SelectMany(file => Region().Matches(File.ReadAllText(file)))
        .GroupBy(region => region.Groups["name"].Value, region => WithoutIndent(region.Groups["code"].Value), StringComparer.Ordinal)
        .ToDictionary(parts => parts.Key, parts => string.Join("\n\n", parts), StringComparer.Ordinal);

    private static int Level(Match heading) => heading.Value.IndexOf(' ', StringComparison.Ordinal);

    private static string WithoutIndent(string code)
    {
        var lines = code.TrimEnd().Split('\n');
        var indent = lines.Where(line => line.Length > 0).Min(line => line.Length - line.TrimStart().Length);
        return string.Join('\n', lines.Select(line => line.Length > indent ? line[indent..] : ""));
    }

    private static string FindRoot([CallerFilePath] string here = "")
    {
        var folder = new FileInfo(here).Directory;
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "McpSseActors.sln")))
            folder = folder.Parent;
        return folder!.FullName;
    }

    [GeneratedRegex(@"^```(?<language>\w+)\n(?<code>.*?)^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"\]\((?<target>[^)\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex(@"^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex(@"[^\w\- ]")]
    private static partial Regex NotInAnchors();

    [GeneratedRegex(@"^ *// <docs:(?<name>[\w-]+)>\n(?<code>.*?)^ *// </docs:\k<name>>$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Region();
}

using System.Text;
using Spectre.Console;

namespace McpSseActors.Benchmarks.Scale.Support;

/// <summary>A table of results, for a terminal and for a page.</summary>
internal sealed record Sheet(string[] Columns, IReadOnlyList<string[]> Rows)
{
    private const int WidthOfFiles = 140;

    public static Sheet Of(IEnumerable<Target> targets) => new(Target.Columns, [.. targets.Select(target => target.Row)]);

    public void Print(string title)
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = WidthOfFiles;
        var table = new Table { Title = new TableTitle(Markup.Escape(title)), Border = TableBorder.Rounded };
        foreach (var column in Columns)
            table.AddColumn(Markup.Escape(column));
        foreach (var row in Rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        AnsiConsole.Write(table);
    }

    public string ToMarkdown()
    {
        var page = new StringBuilder(Line(Columns)).Append(Line(Columns.Select(_ => "---")));
        foreach (var row in Rows)
            page.Append(Line(row));
        return page.ToString();
    }

    private static string Line(IEnumerable<string> cells) => $"| {string.Join(" | ", cells)} |\n";
}

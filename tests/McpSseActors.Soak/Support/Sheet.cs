using System.Text;
using Spectre.Console;

namespace McpSseActors.Soak.Support;

/// <summary>A table of the results, for a terminal and for a page.</summary>
internal sealed record Sheet(string Title, string[] Columns, IReadOnlyList<string[]> Rows)
{
    private const int WidthOfFiles = 140;

    public void Print()
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = WidthOfFiles;
        var table = new Table { Title = new TableTitle(Markup.Escape(Title)), Border = TableBorder.Rounded };
        foreach (var column in Columns)
            table.AddColumn(Markup.Escape(column));
        foreach (var row in Rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        AnsiConsole.Write(table);
    }

    public string ToMarkdown()
    {
        var page = new StringBuilder().Append($"## {Title}\n\n");
        page.Append(Line(Columns)).Append(Line(Columns.Select(_ => "---")));
        foreach (var row in Rows)
            page.Append(Line(row));
        return page.ToString();
    }

    private static string Line(IEnumerable<string> cells) =>
        $"| {string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ")))} |\n";
}

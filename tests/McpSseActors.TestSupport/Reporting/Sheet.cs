using System.Text;
using Spectre.Console;

namespace McpSseActors.TestSupport.Reporting;

/// <summary>A table of results, for a terminal and for a page. Columns of figures stand to the right.</summary>
public sealed record Sheet(string Title, string[] Columns, IReadOnlyList<string[]> Rows)
{
    private const int WidthOfFiles = 140;

    // So that eighty columns are enough.
    private static readonly Padding Narrow = new(0, 0, 1, 0);

    public void Print()
    {
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = WidthOfFiles;
        var table = new Table { Title = new TableTitle(Markup.Escape(Title)), Border = TableBorder.Simple };
        foreach (var (index, column) in Columns.Index())
            table.AddColumn(new TableColumn(Markup.Escape(column)) { Alignment = HoldsFigures(index) ? Justify.Right : Justify.Left, Padding = Narrow });
        foreach (var row in Rows)
            table.AddRow([.. row.Select(Markup.Escape)]);
        AnsiConsole.Write(table);
    }

    /// <summary>The table alone, without its title.</summary>
    public string ToMarkdown()
    {
        var page = new StringBuilder(Line(Columns)).Append(Line(Columns.Select((_, index) => HoldsFigures(index) ? "--:" : "---")));
        foreach (var row in Rows)
            page.Append(Line(row));
        return page.ToString();
    }

    private bool HoldsFigures(int column) => Rows.All(row => row[column].Length == 0 || char.IsAsciiDigit(row[column][0]));

    private static string Line(IEnumerable<string> cells) =>
        $"| {string.Join(" | ", cells.Select(cell => cell.Replace("|", "\\|", StringComparison.Ordinal).ReplaceLineEndings(" ")))} |\n";
}

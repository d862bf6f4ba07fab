using McpSseActors.Cli.Output;
using Spectre.Console;

namespace McpSseActors.Cli.Watch.View;

/// <summary>A rule across the screen that begins with a name.</summary>
internal static class SectionTitle
{
    public static Row Of(string name, string remark, int width)
    {
        var row = new Row(width)
            .Add("── ", Palette.Dim)
            .Add(CellText.Fit(name, Math.Max(1, width / 3)), new Style(decoration: Decoration.Bold))
            .Add(" ", Palette.Dim);
        if (remark.Length > 0)
            row.Add("─ ", Palette.Dim).Add(CellText.Fit(remark, Math.Max(1, row.Left - 3)), Palette.Dim).Add(" ", Palette.Dim);
        return row.Add(new string('─', Math.Max(0, row.Left)), Palette.Dim);
    }
}

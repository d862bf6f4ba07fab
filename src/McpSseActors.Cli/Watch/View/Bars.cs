namespace McpSseActors.Cli.Watch.View;

/// <summary>Numbers as blocks.</summary>
internal static class Bars
{
    private const string Heights = "▁▂▃▄▅▆▇█";
    private const string Widths = "▏▎▍▌▋▊▉█";

    /// <summary>The newest values, one a cell, at the right end; the highest of them fills its cell.</summary>
    public static string Sparkline(IReadOnlyCollection<double> values, int cells)
    {
        var shown = values.TakeLast(cells).ToArray();
        var highest = shown.DefaultIfEmpty().Max();
        return string.Concat(shown.Select(value => Heights[HeightOf(value, highest)])).PadLeft(Math.Max(0, cells));
    }

    /// <summary>A bar for a value, as wide as <paramref name="cells"/> for <paramref name="most"/>.</summary>
    public static string Bar(long value, long most, int cells)
    {
        var eighths = most <= 0 || cells <= 0 ? 0 : (int)Math.Round(8.0 * cells * value / most);
        var whole = new string('█', eighths / 8);
        return eighths % 8 == 0 ? whole : whole + Widths[(eighths % 8) - 1];
    }

    // The lowest is for nothing at all.
    private static int HeightOf(double value, double highest) =>
        value <= 0 ? 0 : Math.Clamp((int)Math.Ceiling(value / highest * (Heights.Length - 1)), 1, Heights.Length - 1);
}

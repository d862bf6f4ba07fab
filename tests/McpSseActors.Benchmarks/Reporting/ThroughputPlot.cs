using System.Globalization;
using McpSseActors.Benchmarks.Throughput;
using McpSseActors.TestSupport.Reporting;
using ScottPlot;
using ScottPlot.TickGenerators;

namespace McpSseActors.Benchmarks.Reporting;

/// <summary>The ratios as bars, a group for each comparison, with a line for the range over all rounds.</summary>
internal static class ThroughputPlot
{
    private const int Width = 1300;
    private const int Height = 650;
    private const double GapBetweenGroups = 1;
    private const double RoomForLabels = 1.08;

    private static readonly ScottPlot.Palettes.Category10 Palette = new();

    public static void Save(IReadOnlyList<ComparisonResult> results, string path)
    {
        var plot = new Plot();
        var titles = results.SelectMany(result => result.Clients).Select(client => client.Client.Title).Distinct().ToList();
        var ticks = new List<(double Place, string Label)>();
        var place = 0.0;
        foreach (var result in results)
        {
            var first = place;
            foreach (var client in result.Clients)
                AddBar(plot, place++, client.Ratio, Palette.GetColor(titles.IndexOf(client.Client.Title)));
            ticks.Add(((first + place - 1) / 2, $"{result.Comparison.Name}\n(× {result.Comparison.Baseline.Name})"));
            place += GapBetweenGroups;
        }

        plot.Title("Events handled per second, × the baseline of the same round");
        plot.Axes.Bottom.TickGenerator = new NumericManual([.. ticks.Select(tick => tick.Place)], [.. ticks.Select(tick => tick.Label)]);
        plot.Axes.Bottom.TickLabelStyle.FontSize = 14;
        plot.Axes.Left.Label.Text = "× baseline (median; line: range)";
        plot.HideGrid();
        plot.Add.HorizontalLine(1, width: 1, color: Colors.Gray, pattern: LinePattern.Dashed);
        plot.Axes.SetLimits(-1, place, 0, results.SelectMany(result => result.Clients).Max(client => client.Ratio.Most) * RoomForLabels);
        foreach (var (index, title) in titles.Index())
            plot.Legend.ManualItems.Add(new LegendItem { LabelText = title, FillColor = Palette.GetColor(index) });
        plot.ShowLegend(Edge.Bottom).Legend.Orientation = Orientation.Horizontal;
        plot.SavePng(path, Width, Height);
    }

    private static void AddBar(Plot plot, double place, Spread ratio, Color color)
    {
        plot.Add.Bar(new Bar { Position = place, Value = ratio.Median, FillColor = color, LineWidth = 0 });
        plot.Add.Line(place, ratio.Least, place, ratio.Most).Color = Colors.Black;
        var label = plot.Add.Text(ratio.Median.ToString("0.00", CultureInfo.InvariantCulture), place, ratio.Most);
        label.LabelAlignment = Alignment.LowerCenter;
        label.LabelFontSize = 12;
    }
}

using System.Globalization;
using McpSseActors.Cli.Output;
using McpSseActors.Cli.Watch.Model;
using Spectre.Console;

namespace McpSseActors.Cli.Watch.View;

/// <summary>The first row: what is watched, how it is on the whole, and the time.</summary>
internal static class TitleBar
{
    private static readonly Style Bar = new(decoration: Decoration.Invert);
    private static readonly Style Alarm = new(Color.Red, decoration: Decoration.Invert | Decoration.Bold);

    public static Row Of(WatchModel model, int width)
    {
        var end = $"{Summary(model)}  {model.Now.ToLocalTime().ToString("HH:mm:ss", CultureInfo.InvariantCulture)} ";
        var row = new Row(width).Add(" mcp-sse watch ", new Style(decoration: Decoration.Invert | Decoration.Bold));
        if (model.IsPaused)
            row.Add(" PAUSED ", new Style(Color.Yellow, decoration: Decoration.Invert | Decoration.Bold)).Add(" ", Bar);
        if (model.Outage is not null)
            row.Add(" NO ANSWER ", Alarm).Add(" ", Bar);
        var left = row.Left - CellText.CellsOf(end) - 1;
        return row.Add(CellText.Fit(Lines.OneLine(model.Name), Math.Max(1, left)), Bar).AtEnd(end, Bar);
    }

    private static string Summary(WatchModel model)
    {
        var connected = model.Streams.Count(stream => stream.Stats.State is ConnectionState.Connected);
        var rate = model.Streams.Sum(stream => stream.Stats.EventsPerSecond);
        return model.HasRead
            ? string.Create(CultureInfo.InvariantCulture, $"{connected} of {model.Streams.Count} connected  {Words.Rate(rate)} events/s")
            : "";
    }
}

using System.Globalization;
using McpSseActors.Cli.Output;
using McpSseActors.Cli.Watch.Model;
using Spectre.Console;

namespace McpSseActors.Cli.Watch.View;

/// <summary>The table of streams, one a row. It scrolls with the choice.</summary>
internal static class StreamTable
{
    private const int Wide = 130;
    private const int LongestSparkline = 30;
    private const int StateWidth = 13;
    private const int TimeWidth = 10;
    private const int NextWidth = 8;
    private const int NumberWidth = 9;

    public static IEnumerable<Row> Of(WatchModel model, int width, int height)
    {
        var rows = height - 1;
        var first = Math.Clamp(model.Selected - (rows / 2), 0, Math.Max(0, model.Streams.Count - rows));
        yield return Head(model, width, first, rows);
        if (model.Streams.Count == 0)
            yield return new Row(width).Add(model.HasRead ? "  no streams" : model.Outage is null ? "  reading…" : "  nothing read yet", Palette.Dim);
        for (var place = first; place < Math.Min(first + rows, model.Streams.Count); place++)
            yield return Line(model.Streams[place], place == model.Selected, model.Now, width);
    }

    /// <summary>The sign before a state, which is visible without colors too.</summary>
    public static string SignOf(ConnectionState state) => state switch
    {
        ConnectionState.Connected => "●",
        ConnectionState.Connecting => "◌",
        ConnectionState.BackingOff => "◑",
        ConnectionState.Failed => "✗",
        _ => "○",
    };

    private static Row Head(WatchModel model, int width, int first, int rows)
    {
        var places = model.Streams.Count > rows
            ? string.Create(CultureInfo.InvariantCulture, $"{first + 1}-{first + rows}/{model.Streams.Count}")
            : "";
        var row = new Row(width).Skip(2);
        row.Cell($"stream {places}".TrimEnd(), NameWidth(width), Palette.Dim)
            .Cell("state", StateWidth, Palette.Dim)
            .RightCell("for", TimeWidth, Palette.Dim)
            .RightCell("next", NextWidth, Palette.Dim)
            .RightCell("events/s", NumberWidth, Palette.Dim);
        if (width >= Wide)
            row.RightCell("events", NumberWidth + 2, Palette.Dim).RightCell("in flight", NumberWidth + 1, Palette.Dim)
                .RightCell("dropped", NumberWidth, Palette.Dim);
        row.RightCell("lag", NextWidth, Palette.Dim).Skip(2);
        return row.Cell("each second", SparklineWidth(row.Left), Palette.Dim).Skip(2).Add("reason", Palette.Dim);
    }

    private static Row Line(WatchedStream stream, bool isChosen, DateTimeOffset now, int width)
    {
        var stats = stream.Stats;
        var style = Palette.Of(stats.State);
        var row = new Row(width)
            .Add(isChosen ? "▶ " : "  ", Palette.Waiting)
            .Cell(Lines.OneLine(stats.Stream), NameWidth(width) - 1, isChosen ? new Style(decoration: Decoration.Bold) : Style.Plain)
            .Skip(1)
            .Cell($"{SignOf(stats.State)} {stats.State}", StateWidth, style)
            .RightCell(Words.Span(now - stats.StateSince), TimeWidth)
            .RightCell(stats.NextAttemptTime is { } next ? Words.Countdown(next - now) : "", NextWidth, Palette.Waiting)
            .RightCell(Words.Rate(stats.EventsPerSecond), NumberWidth);
        if (width >= Wide)
        {
            row.RightCell(Words.Count(stats.TotalEventsReceived), NumberWidth + 2)
                .RightCell(Words.Count(stats.InFlight), NumberWidth + 1)
                .RightCell(Words.Count(stream.Dropped), NumberWidth, stream.Dropped > 0 ? Palette.Waiting : Palette.Dim);
        }

        var lag = stream.Stats.HandlerLag;
        row.RightCell(lag > TimeSpan.Zero ? Words.Countdown(lag) : "-", NextWidth, lag > TimeSpan.Zero ? Palette.Waiting : Palette.Dim)
            .Skip(2)
            .Add(Bars.Sparkline(stream.Received.Rates, SparklineWidth(row.Left)), new Style(Color.Aqua));
        return row.Skip(2).Add(Lines.OneLine(stats.StateReason), style);
    }

    // Beside it there is room for the reason, or for nothing.
    private static int SparklineWidth(int left) => left > 2 * LongestSparkline ? LongestSparkline : left;

    private static int NameWidth(int width) => Math.Clamp(width / 4, 8, 40) - 4;
}

using McpSseActors.Cli.Output;
using McpSseActors.Cli.Watch.Model;
using Spectre.Console;

namespace McpSseActors.Cli.Watch.View;

/// <summary>The whole screen, from what is known: exactly as many rows as it is high, none wider than it.</summary>
internal static class WatchFrame
{
    /// <summary>Draws.</summary>
    /// <param name="model">What is known.</param>
    /// <param name="hasKeys">Whether there is a keyboard.</param>
    /// <param name="width">Cells in a row.</param>
    /// <param name="height">Rows.</param>
    public static IReadOnlyList<Row> Of(WatchModel model, bool hasKeys, int width, int height)
    {
        List<Row> rows = [TitleBar.Of(model, width), .. model.ShowsHelp ? HelpSection.Of(width) : Body(model, width, height)];
        while (rows.Count < height - 1)
            rows.Add(new Row(width));
        return [.. rows.Take(Math.Max(0, height - 1)), .. height > 0 ? [LastRow(model, hasKeys, width)] : Array.Empty<Row>()];
    }

    private static IEnumerable<Row> Body(WatchModel model, int width, int height)
    {
        var space = FrameSpace.Of(height, model.Streams.Count);
        return
        [
            .. StreamTable.Of(model, width, space.Streams),
            .. space.Details > 0 ? DetailSection.Of(model, width) : [],
            .. space.Events > 0 ? EventSection.Of(model, width, space.Events) : [],
        ];
    }

    // What is most urgent: what is being typed, what is wrong, what is to be said, and else the keys.
    private static Row LastRow(WatchModel model, bool hasKeys, int width)
    {
        var row = new Row(width).Skip(1);
        if (model.Typing is { } typed)
            return row.Add("filter: ", Palette.Waiting).Add(typed).Add(" ", new Style(decoration: Decoration.Invert))
                .Add("   Enter applies, empty shows all, Esc leaves it", Palette.Dim);
        if (model.Outage is { } outage)
            return row.Add($"again in {Words.Countdown(outage.RetryAt - model.Now)}: ", Palette.Waiting).Add(Lines.OneLine(outage.Reason), Palette.Bad);
        if (model.Notice.Length > 0)
            return row.Add(Lines.OneLine(model.Notice), Palette.Waiting);
        return hasKeys
            ? KeyHints(row, model)
            : row.Add("no keys: standard input is not a terminal; Ctrl-C quits", Palette.Dim);
    }

    private static Row KeyHints(Row row, WatchModel model)
    {
        (string Key, string Meaning)[] hints =
        [
            ("q", "quit"), ("p", model.IsPaused ? "go on" : "pause"), ("/", "filter"), ("↑↓", "stream"), ("PgUp", "scroll"),
            ("r", model.NoRestart is null ? "restart" : "no restart"), ("?", "help"),
        ];
        foreach (var (key, meaning) in hints)
            row.Add(key, new Style(decoration: Decoration.Bold)).Add($" {meaning}", Palette.Dim).Skip(2);
        return row;
    }
}

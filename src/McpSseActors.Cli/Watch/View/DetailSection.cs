using System.Globalization;
using McpSseActors.Cli.Output;
using McpSseActors.Cli.Watch.Model;
using Spectre.Console;

namespace McpSseActors.Cli.Watch.View;

/// <summary>The chosen stream: its state and why, its counters at the left, its types at the right.</summary>
internal static class DetailSection
{
    /// <summary>So many rows it has.</summary>
    public const int Rows = 9;

    private const int LabelWidth = 11;
    private const int TypeRows = Rows - 3;

    public static IEnumerable<Row> Of(WatchModel model, int width)
    {
        if (model.Current is not { } stream)
            return Enumerable.Repeat(new Row(width), Rows);
        var stats = stream.Stats;
        var left = width * 7 / 12;
        var (state, more) = CellText.OnTwoLines($"{StreamTable.SignOf(stats.State)} {Lines.OneLine(StateOf(stats, model.Now))}", Math.Max(1, width - 2));
        var rows = Facts(stream).Zip(Types(stats, width - left), (fact, type) => new Row(width).Add(Fact(fact, left)).Add(type));
        return
        [
            SectionTitle.Of(Lines.OneLine(stats.Stream), Lines.OneLine(stats.ServerUrl), width),
            new Row(width).Skip(1).Add(state, Palette.Of(stats.State)),
            new Row(width).Skip(3).Add(more, Palette.Of(stats.State)),
            .. rows,
        ];
    }

    private static string StateOf(StreamStats stats, DateTimeOffset now)
    {
        var text = $"{stats.State} for {Words.Span(now - stats.StateSince)}";
        if (stats.ConsecutiveReconnectAttempts > 0)
            text += string.Create(CultureInfo.InvariantCulture, $", attempt {stats.ConsecutiveReconnectAttempts}");
        if (stats.NextAttemptTime is { } next)
            text += $" in {Words.Countdown(next - now)}";
        return stats.StateReason.Length > 0 ? $"{text}: {stats.StateReason}" : text;
    }

    private static IEnumerable<(string Label, string Value, bool IsBad)> Facts(WatchedStream stream)
    {
        var stats = stream.Stats;
        yield return ("rate", $"{Words.Rate(stats.EventsPerSecond)} events/s, peak {Words.Rate(stream.Received.Peak)}", false);
        yield return ("received", $"{Words.Count(stats.TotalEventsReceived)} events, {Words.Bytes(stats.BytesReceived)}", false);
        yield return ("handlers", $"{Words.Count(stats.InFlight)} in flight, lag {Words.Countdown(stats.HandlerLag)}, {Words.Count(stats.HandlerFailures)} failed", stats.HandlerFailures > 0);
        var gaps = stats.Mcp?.Gaps ?? 0;
        yield return ("left out", $"{Words.Count(stats.Filtered)} filtered, {Words.Count(stats.Unhandled)} unhandled{(gaps > 0 ? $", {Words.Count(gaps, "gap")}" : "")}", gaps > 0);
        yield return ("dropped", stats.Dropped.IsEmpty ? "none" : string.Join(", ", stats.Dropped.Select(drop => $"{Lines.OneLine(drop.Key)} {Words.Count(drop.Value)}")), !stats.Dropped.IsEmpty);
        yield return ("reconnects", $"{Words.Count(stats.TotalReconnectAttempts)}, {(stats.Transport == StreamTransport.Events ? "cursor" : "last ID")} {Lines.OneLine(stats.LastEventId ?? "-")}", false);
    }

    private static Row Fact((string Label, string Value, bool IsBad) fact, int width) =>
        new Row(width).Skip(1).Cell(fact.Label, LabelWidth, Palette.Dim)
            .Cell(fact.Value, width - LabelWidth - 2, fact.IsBad ? Palette.Waiting : Style.Plain).Skip(1);

    // The most frequent ones; always as many rows as there are facts.
    private static IEnumerable<Row> Types(StreamStats stats, int width)
    {
        var most = stats.EventsByType.OrderByDescending(type => type.Value).ThenBy(type => type.Key, StringComparer.Ordinal).ToList();
        var shown = most.Count > TypeRows ? TypeRows - 1 : most.Count;
        foreach (var (type, count) in most.Take(shown))
            yield return TypeRow(Lines.OneLine(type), count, most[0].Value, Palette.Of(type), width);
        if (shown < most.Count)
            yield return TypeRow($"{most.Count - shown} other types", most.Skip(shown).Sum(type => type.Value), most[0].Value, Palette.Dim, width);
        for (var row = Math.Min(most.Count, TypeRows); row < TypeRows; row++)
            yield return new Row(width);
    }

    private static Row TypeRow(string type, long count, long most, Style style, int width)
    {
        var row = new Row(width).Cell(type, Math.Min(24, width / 2), style).RightCell(Words.Count(count), 10).Skip(1);
        return row.Add(Bars.Bar(Math.Min(count, most), most, Math.Min(row.Left, 40)), style);
    }
}

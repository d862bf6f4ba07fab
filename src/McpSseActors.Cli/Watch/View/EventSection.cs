using System.Collections.Immutable;
using System.Globalization;
using McpSseActors.Cli.Output;
using McpSseActors.Cli.Watch.Model;
using McpSseActors.Cli.Watch.Sources;

namespace McpSseActors.Cli.Watch.View;

/// <summary>The last events of the chosen stream, the newest at the bottom.</summary>
internal static class EventSection
{
    private const int Wide = 130;

    public static IEnumerable<Row> Of(WatchModel model, int width, int height)
    {
        yield return SectionTitle.Of("events", Remark(model), width);
        if (Excuse(model) is { } excuse)
        {
            yield return new Row(width).Skip(1).Add(excuse, Palette.Dim);
            yield break;
        }

        foreach (var received in InSight(model.Events ?? [], model.ScrolledBack, height - 1))
            yield return Line(received, width);
    }

    private static string Remark(WatchModel model)
    {
        var filter = model.Filter.IsGlobal ? "" : $"filter {Lines.OneLine(model.Filter.Text)}";
        var held = model.ScrolledBack > 0
            ? string.Create(CultureInfo.InvariantCulture, $"{model.ScrolledBack} newer ones below; End follows the newest")
            : "";
        return string.Join("  ", new[] { filter, held }.Where(part => part.Length > 0));
    }

    private static string? Excuse(WatchModel model) => (model.Current, model.Events) switch
    {
        (null, _) => "",
        _ when model.NoEvents is { } reason => reason,
        (_, null) => model.IsPaused ? "paused: p goes on and reads them" : "reading…",
        (_, { IsEmpty: true }) => model.Filter.IsGlobal ? "none yet" : "none that the filter lets pass",
        _ => null,
    };

    private static IEnumerable<WatchedEvent> InSight(ImmutableArray<WatchedEvent> events, int scrolledBack, int rows)
    {
        // Scrolled to the very first one, the screen stays full.
        var end = Math.Max(Math.Min(rows, events.Length), events.Length - scrolledBack);
        return events.Take(end).TakeLast(rows);
    }

    private static Row Line(WatchedEvent received, int width) => new Row(width)
        .Add($" {Lines.Clock(received.Timestamp)}  ", Palette.Dim)
        .Cell(received.Type, width < Wide ? 20 : 32, Palette.Of(received.Type))
        .Skip(1)
        .Cell(IdOf(received, width < Wide ? 12 : 24), width < Wide ? 12 : 24, Palette.Dim)
        .Skip(1)
        .Add(received.Data);

    // What tells IDs apart is mostly their end.
    private static string IdOf(WatchedEvent received, int cells) => received.Id switch
    {
        "" => "",
        var id when id.Length >= cells => "…" + id[^(cells - 1)..],
        var id => "#" + id,
    };
}

using System.Globalization;
using McpSseActors.Soak.Support;

namespace McpSseActors.Soak.Client;

/// <summary>Everything that was measured at one moment.</summary>
internal sealed record Sample(
    TimeSpan At, Footprint Footprint, int Actors, long Handled, long Produced, int Faults, long Reconnects, long Duplicates, int Mishaps)
{
    public static readonly string[] Columns =
        ["time", "RSS", "heap", "handles", "threads", "actors", "handled", "produced", "faults", "reconnects", "duplicates", "mishaps"];

    public string[] ToCells() =>
    [
        At.ToString(@"h\:mm\:ss", CultureInfo.InvariantCulture),
        Footprint.Megabytes(Footprint.Rss),
        Footprint.Megabytes(Footprint.Heap),
        Text(Footprint.Handles),
        Text(Footprint.Threads),
        Text(Actors),
        Text(Handled),
        Text(Produced),
        Text(Faults),
        Text(Reconnects),
        Text(Duplicates),
        Text(Mishaps),
    ];

    public override string ToString() => string.Join("  ", Columns.Zip(ToCells(), (name, value) => $"{name} {value}").Skip(1).Prepend(ToCells()[0]));

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}

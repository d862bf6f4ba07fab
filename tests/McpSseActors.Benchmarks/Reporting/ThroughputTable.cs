using System.Globalization;
using McpSseActors.Benchmarks.Throughput;
using Spectre.Console;

namespace McpSseActors.Benchmarks.Reporting;

/// <summary>Results as a table: on the terminal, and as Markdown.</summary>
internal static class ThroughputTable
{
    private static readonly string[] Headings = ["client", "× (range)", "events/s", "MB/s", "B/event", "cores"];

    // Eighty columns are enough.
    private static readonly Padding Narrow = new(0, 0, 1, 0);

    public static void Print(this ComparisonResult result)
    {
        var table = new Table().Title(Markup.Escape(TitleOf(result))).Border(TableBorder.Simple);
        foreach (var heading in Headings)
            table.AddColumn(new TableColumn(heading) { Alignment = heading == Headings[0] ? Justify.Left : Justify.Right, NoWrap = true, Padding = Narrow });
        foreach (var client in result.Clients)
            table.AddRow([.. Cells(client).Select(Markup.Escape)]);
        AnsiConsole.Write(table);
    }

    public static string ToMarkdown(this ComparisonResult result) => string.Join('\n', [
        $"### {TitleOf(result)}",
        "",
        $"| {string.Join(" | ", Headings)} |",
        $"|---|{string.Concat(Headings.Skip(1).Select(_ => "--:|"))}",
        .. result.Clients.Select(client => $"| {string.Join(" | ", Cells(client))} |"),
        "",
    ]);

    private static string TitleOf(ComparisonResult result) => $"{result.Comparison.Corpus.Name}: {result.Comparison.Corpus.Description}";

    private static string[] Cells(ClientResult client) =>
    [
        client.Client.Title,
        client.IsBaseline ? "1" : Text($"{client.Ratio.Median:0.00} ({client.Ratio.Least:0.00}-{client.Ratio.Most:0.00})"),
        Amount(client.EventsPerSecond),
        Text($"{client.MegabytesPerSecond:N0}"),
        Text($"{client.AllocatedPerEvent:N0}"),
        Text($"{client.Cores:0.0}"),
    ];

    private static string Amount(double value) => value >= 1e6 ? Text($"{value / 1e6:0.00} M") : Text($"{value / 1e3:0.0} k");

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}

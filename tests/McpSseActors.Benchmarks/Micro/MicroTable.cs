using System.Globalization;
using Spectre.Console;

namespace McpSseActors.Benchmarks.Micro;

/// <summary>The results in short: a line for each benchmark, a section for each group that can be compared.</summary>
internal static class MicroTable
{
    private const int WidthOfFiles = 140;

    public static void Print(IReadOnlyList<MicroResult> results)
    {
        if (results.Count == 0)
            return;
        if (Console.IsOutputRedirected)
            AnsiConsole.Profile.Width = WidthOfFiles;
        var table = new Table { Title = new TableTitle("For one event (statistics: for one batch, one snapshot)"), Border = TableBorder.Rounded };
        foreach (var column in (string[])["what", "time", "events/s", "MB/s", "allocated", "faster"])
            table.AddColumn(new TableColumn(column) { Alignment = column == "what" ? Justify.Left : Justify.Right });
        foreach (var group in results.GroupBy(result => result.Group))
        {
            table.AddRow($"[bold]{Markup.Escape(group.Key)}[/]");
            foreach (var result in group)
                table.AddRow([.. Cells(result).Select(Markup.Escape)]);
        }

        AnsiConsole.Write(table);
    }

    private static string[] Cells(MicroResult result) =>
    [
        "  " + result.Method,
        Time(result.Nanoseconds),
        Number("#,0", result.EventsPerSecond),
        result.Bytes > 0 ? Number("#,0", result.MegabytesPerSecond) : "",
        Number("0.# B", result.Allocated),
        result.TimesBaseline is { } times ? Number("0.0x", times) : "",
    ];

    private static string Time(double nanoseconds) => nanoseconds switch
    {
        < 1e4 => Number("0.0 ns", nanoseconds),
        < 1e7 => Number("0.0 µs", nanoseconds / 1e3),
        _ => Number("0.0 ms", nanoseconds / 1e6),
    };

    private static string Number(string format, double value) => value.ToString(format, CultureInfo.InvariantCulture);
}

using System.Globalization;
using McpSseActors.Benchmarks.Corpora;
using McpSseActors.Benchmarks.Throughput;

namespace McpSseActors.Benchmarks.Reporting;

/// <summary>The results as files for the documentation: a fragment in Markdown, and a plot.</summary>
internal static class ThroughputReport
{
    /// <summary>Writes both, with a name of which the set is a part.</summary>
    public static async Task WriteAsync(DirectoryInfo directory, string set, IReadOnlyList<ComparisonResult> results)
    {
        directory.Create();
        var name = set == ComparisonSets.Streams ? "throughput" : $"throughput-{set}";
        await File.WriteAllTextAsync(Path.Combine(directory.FullName, $"{name}.md"), ToMarkdown(results, $"{name}.png"));
        ThroughputPlot.Save(results, Path.Combine(directory.FullName, $"{name}.png"));
    }

    private static string ToMarkdown(IReadOnlyList<ComparisonResult> results, string plot)
    {
        var cost = HashCost.Of(Catalogue.Small);
        return string.Join('\n', [
            $"Measured on {Machine.Describe()}, with `dotnet run -c Release --project tests/McpSseActors.Benchmarks -- {string.Join(' ', Environment.GetCommandLineArgs()[1..])}`.",
            string.Create(
                CultureInfo.InvariantCulture,
                $"Ratios are medians of {results.Max(result => result.Rounds.Count)} rounds, with their range. All but `raw` hash what they see: of a small event {cost.OfBytes:0} ns as bytes, {cost.OfText:0} ns as text."),
            "",
            $"![Throughput of the clients]({plot})",
            "",
            .. results.Select(result => result.ToSheet()).Select(sheet => $"### {sheet.Title}\n\n{sheet.ToMarkdown()}"),
        ]);
    }
}

using System.Globalization;
using System.Text;
using McpSseActors.Benchmarks.Reporting;
using McpSseActors.TestSupport.Reporting;
using ScottPlot;

namespace McpSseActors.Benchmarks.Scale.Support;

/// <summary>What a measurement found, for a terminal and for a page.</summary>
/// <param name="Name">The command, and the name of the files.</param>
/// <param name="Explanation">What is compared, and how.</param>
/// <param name="Figures">The results.</param>
/// <param name="Targets">What the results are held against; may be empty.</param>
internal sealed record Report(string Name, string Explanation, Sheet Figures, IReadOnlyList<Target> Targets)
{
    private const int PlotWidth = 900;
    private const int PlotHeight = 450;

    /// <summary>Pictures, by the ends of their files' names.</summary>
    public IReadOnlyDictionary<string, Plot> Plots { get; init; } = new Dictionary<string, Plot>();

    public void Print()
    {
        Figures.Print();
        if (Targets.Count > 0)
            Target.SheetOf(Targets).Print();
    }

    /// <summary>Writes a Markdown fragment and the pictures.</summary>
    /// <param name="folder">Where to; it is made.</param>
    public void Write(DirectoryInfo folder)
    {
        folder.Create();
        foreach (var (end, plot) in Plots)
            plot.SavePng(Path.Combine(folder.FullName, PictureOf(end)), PlotWidth, PlotHeight);
        File.WriteAllText(Path.Combine(folder.FullName, $"scale-{Name}.md"), ToMarkdown());
    }

    private string ToMarkdown()
    {
        var page = new StringBuilder().Append(CultureInfo.InvariantCulture, $"## {Figures.Title}\n\n{Explanation}\n\n{Figures.ToMarkdown()}\n");
        if (Targets.Count > 0)
            page.Append(Target.SheetOf(Targets).ToMarkdown()).Append('\n');
        foreach (var end in Plots.Keys)
            page.Append(CultureInfo.InvariantCulture, $"![{Figures.Title}: {end}]({PictureOf(end)})\n\n");
        return page.Append(CultureInfo.InvariantCulture, $"Machine: {Machine.Describe()}. Command: `{Command}`.\n").ToString();
    }

    private string PictureOf(string end) => $"scale-{Name}-{end}.png";

    private static string Command =>
        $"dotnet run -c Release --project tests/McpSseActors.Benchmarks -- {string.Join(' ', Environment.GetCommandLineArgs().Skip(1))}";
}

using McpSseActors.TestSupport.Reporting;

namespace McpSseActors.Benchmarks.Reporting;

/// <summary>What a figure must reach, and should. Where the aim is above the must, more is better; otherwise less.</summary>
/// <param name="What">The figure.</param>
/// <param name="Measured">What was measured; the median counts.</param>
/// <param name="Must">What is just acceptable.</param>
/// <param name="Aim">What is aimed at.</param>
/// <param name="Format">How such a figure is written.</param>
internal sealed record Target(string What, Spread Measured, double Must, double Aim, Func<double, string> Format)
{
    public bool Holds => Reaches(Must);

    public static Sheet SheetOf(IReadOnlyCollection<Target> targets) => new(
        "Targets", ["figure", "measured", "must", "aim", ""], [.. targets.Select(target => target.Row)]);

    private string[] Row => [What, Measured.Text(Format), Format(Must), Format(Aim), !Holds ? "✗ MISSED" : Reaches(Aim) ? "✓ aim" : "✓"];

    private bool Reaches(double limit) => Aim > Must ? Measured.Median >= limit : Measured.Median <= limit;
}

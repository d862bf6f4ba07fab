using McpSseActors.TestSupport.Reporting;

namespace McpSseActors.Benchmarks.Reporting;

/// <summary>What a figure must reach, and should. Where the aim is above the must, more is better; otherwise less.</summary>
/// <param name="What">The figure.</param>
/// <param name="Measured">What was measured: the worse quartile of the rounds must hold, and the median reaches the aim.</param>
/// <param name="Must">What is just acceptable.</param>
/// <param name="Aim">What is aimed at.</param>
/// <param name="Format">How such a figure is written.</param>
internal sealed record Target(string What, Spread Measured, double Must, double Aim, Func<double, string> Format)
{
    /// <summary>Whether three of four rounds are as they must be, so that it does not hold by luck.</summary>
    public bool Holds => Reaches(Quartile, Must);

    public static Sheet SheetOf(IReadOnlyCollection<Target> targets) => new(
        "Targets: the worse quartile must hold", ["figure", "measured", "quartile", "must", "aim", ""], [.. targets.Select(target => target.Row)]);

    private string[] Row =>
        [What, Measured.Text(Format), Format(Quartile), Format(Must), Format(Aim), !Holds ? "✗ MISSED" : Reaches(Measured.Median, Aim) ? "✓ aim" : "✓"];

    private bool IsMoreBetter => Aim > Must;

    private double Quartile => IsMoreBetter ? Measured.LowerQuartile : Measured.UpperQuartile;

    private bool Reaches(double value, double limit) => IsMoreBetter ? value >= limit : value <= limit;
}

namespace McpSseActors.Benchmarks.Scale.Support;

/// <summary>What a figure must not exceed, and should not.</summary>
/// <param name="What">The figure.</param>
/// <param name="Measured">What was measured.</param>
/// <param name="Must">The most that is acceptable.</param>
/// <param name="Aim">What is aimed at.</param>
/// <param name="Format">How such a figure is written.</param>
internal sealed record Target(string What, double Measured, double Must, double Aim, Func<double, string> Format)
{
    public static readonly string[] Columns = ["figure", "measured", "must", "aim", ""];

    public string[] Row =>
        [What, Format(Measured), Format(Must), Format(Aim), Measured <= Aim ? "aim reached" : Measured <= Must ? "reached" : "NOT reached"];

    public static string Times(double ratio) => $"{Numbers.Text(ratio, "0.00")} x";
}

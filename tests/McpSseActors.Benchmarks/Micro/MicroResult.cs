using BenchmarkDotNet.Reports;

namespace McpSseActors.Benchmarks.Micro;

/// <summary>What came out of one benchmark, for one event.</summary>
/// <param name="Group">The class of the benchmark, and its parameters: what can be compared has the same.</param>
/// <param name="Method">The benchmark.</param>
/// <param name="Nanoseconds">The mean.</param>
/// <param name="Bytes">On the wire; zero where there is none.</param>
/// <param name="Allocated">In bytes.</param>
/// <param name="TimesBaseline">How much faster than the baseline of its group; null without one.</param>
internal sealed record MicroResult(string Group, string Method, double Nanoseconds, double Bytes, double Allocated, double? TimesBaseline)
{
    public double EventsPerSecond => 1e9 / Nanoseconds;

    public double MegabytesPerSecond => Bytes * 1e3 / Nanoseconds;

    public static IEnumerable<MicroResult> From(Summary summary)
    {
        var baselines = summary.Reports.Where(report => report.BenchmarkCase.Descriptor.Baseline)
            .ToDictionary(report => GroupOf(report), report => From(report)?.Nanoseconds);
        return summary.Reports.Select(report => From(report, baselines.GetValueOrDefault(GroupOf(report)))).OfType<MicroResult>();
    }

    /// <summary>Null if the benchmark failed.</summary>
    public static MicroResult? From(BenchmarkReport report, double? baseline = null)
    {
        if (report.ResultStatistics is not { } time)
            return null;
        var load = report.BenchmarkCase.Parameters.Items.Select(item => item.Value).OfType<ILoad>().FirstOrDefault();
        var events = load?.Events ?? 1.0;
        var nanoseconds = time.Mean / events;
        return new MicroResult(
            GroupOf(report),
            report.BenchmarkCase.Descriptor.WorkloadMethodDisplayInfo.Trim('\''),
            nanoseconds,
            (load?.Bytes ?? 0) / events,
            (report.GcStats.GetBytesAllocatedPerOperation(report.BenchmarkCase) ?? 0) / events,
            baseline / nanoseconds);
    }

    private static string GroupOf(BenchmarkReport report) =>
        $"{report.BenchmarkCase.Descriptor.Type.Name.Replace("Benchmarks", "", StringComparison.Ordinal)}: "
        + string.Join(", ", report.BenchmarkCase.Parameters.Items.Select(item => item.Value is ILoad ? $"{item.Value}" : $"{item.Value} {item.Name}"));
}

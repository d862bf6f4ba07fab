using System.Globalization;
using System.Runtime;
using System.Runtime.InteropServices;

namespace McpSseActors.Benchmarks.Reporting;

/// <summary>Where and how something was measured, so that results can be compared.</summary>
internal static class Machine
{
    private const string CpuFile = "/proc/cpuinfo";

    /// <summary>In one line.</summary>
    public static string Describe() => string.Create(
        CultureInfo.InvariantCulture,
        $"{Processor()}, {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 1e9:0.#} GB; {RuntimeInformation.OSDescription}; {RuntimeInformation.FrameworkDescription}; {Collector()}; {DateTime.UtcNow:yyyy-MM-dd}");

    private static string Processor() =>
        File.Exists(CpuFile) && File.ReadLines(CpuFile).FirstOrDefault(line => line.StartsWith("model name", StringComparison.Ordinal)) is { } line
            ? line[(line.IndexOf(':') + 1)..].Trim()
            : RuntimeInformation.ProcessArchitecture.ToString();

    private static string Collector() =>
        $"{(GCSettings.IsServerGC ? "server" : "workstation")} GC{(GCSettings.LatencyMode is GCLatencyMode.Interactive ? ", concurrent" : "")}";
}

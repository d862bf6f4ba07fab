using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Configs;
using BenchmarkDotNet.Diagnosers;
using BenchmarkDotNet.Jobs;
using BenchmarkDotNet.Loggers;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Toolchains.InProcess.Emit;
using Perfolizer.Horology;

namespace McpSseActors.Benchmarks.Micro;

/// <summary>How the micro-benchmarks are measured, unless the command line says otherwise.</summary>
internal static class MicroConfig
{
    // Short, but warm: what is measured must be the code that the JIT has made its last version of.
    private static Job Usual { get; } = Job.Default
        .WithToolchain(InProcessEmitToolchain.Instance)
        .WithIterationTime(TimeInterval.FromMilliseconds(100))
        .WithWarmupCount(6)
        .WithIterationCount(10);

    public static IConfig Create() => Create(ConsoleLogger.Default);

    public static IConfig Create(ILogger logger) => ManualConfig.CreateEmpty()
        .AddJob(Usual.AsDefault())
        .AddDiagnoser(MemoryDiagnoser.Default)
        .AddLogger(logger)
        .AddColumn(TargetMethodColumn.Method, StatisticColumn.Mean, StatisticColumn.StdDev, BaselineRatioColumn.RatioMean)
        .AddColumn(PerEventColumn.EventsPerSecond, PerEventColumn.MegabytesPerSecond, PerEventColumn.Allocated)
        .AddColumnProvider(DefaultColumnProviders.Params)
        .WithSummaryStyle(SummaryStyle.Default.WithRatioStyle(RatioStyle.Trend))
        .WithArtifactsPath(Path.Combine("artifacts", "micro"))
        .WithOptions(ConfigOptions.JoinSummary);
}

using System.Globalization;
using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;

namespace McpSseActors.Benchmarks.Micro;

/// <summary>A column of BenchmarkDotNet's own table that counts by event instead of by run.</summary>
internal sealed class PerEventColumn(string name, string legend, Func<MicroResult, double> value, string format) : IColumn
{
    public static PerEventColumn EventsPerSecond { get; } = new("Events/s", "Millions of events a second", result => result.EventsPerSecond / 1e6, "0.000 M");

    public static PerEventColumn MegabytesPerSecond { get; } = new("MB/s", "Millions of bytes a second on the wire", result => result.MegabytesPerSecond, "0");

    public static PerEventColumn Allocated { get; } = new("Allocated/event", "Bytes allocated for one event", result => result.Allocated, "0.# B");

    public string Id => name;

    public string ColumnName => name;

    public string Legend => legend;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    public bool IsAvailable(Summary summary) => true;

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        summary[benchmarkCase] is { } report && MicroResult.From(report) is { } result ? value(result).ToString(format, CultureInfo.InvariantCulture) : "-";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);
}

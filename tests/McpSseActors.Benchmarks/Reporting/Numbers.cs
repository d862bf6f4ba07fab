using System.Globalization;
using McpSseActors.TestSupport.Reporting;

namespace McpSseActors.Benchmarks.Reporting;

/// <summary>How figures are reckoned and written.</summary>
internal static class Numbers
{
    /// <summary>The value below which that share of the sorted values lies.</summary>
    public static double Percentile(this IReadOnlyList<double> sorted, double share) =>
        sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];

    /// <summary>The median, and from where to where the values went if there were several.</summary>
    public static string Text(this Spread spread, Func<double, string> format) => spread.Least == spread.Most
        ? format(spread.Median)
        : $"{format(spread.Median)} ({format(spread.Least)}-{format(spread.Most)})";

    public static string Text(double value, string format = "0.0") => value.ToString(format, CultureInfo.InvariantCulture);

    public static string Whole(double value) => Text(value, "0");

    public static string Hundredths(double value) => Text(value, "0.00");

    public static string Amount(double value) => value >= 1e6 ? $"{Text(value / 1e6, "0.00")} M" : $"{Text(value / 1e3)} k";

    public static string Bytes(double bytes) => $"{Whole(bytes)} B";

    public static string Kilobytes(double bytes) => $"{Text(bytes / (1 << 10))} KB";

    public static string Megabytes(double bytes) => $"{Text(bytes / (1 << 20))} MB";
}

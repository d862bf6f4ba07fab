using System.Globalization;

namespace McpSseActors.Benchmarks.Scale.Support;

/// <summary>Figures of several rounds, and how they are written.</summary>
internal static class Numbers
{
    /// <summary>The value below which that share of the sorted values lies.</summary>
    public static double Percentile(this IReadOnlyList<double> sorted, double share) =>
        sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * share))];

    public static double Median(this IEnumerable<double> values) => values.Order().ToArray().Percentile(0.5);

    /// <summary>The median, and from where to where the values went.</summary>
    public static string Spread(this IReadOnlyCollection<double> values, string format = "0") =>
        $"{Text(values.Median(), format)} ({Text(values.Min(), format)}-{Text(values.Max(), format)})";

    public static string Text(double value, string format = "0.0") => value.ToString(format, CultureInfo.InvariantCulture);

    public static string Megabytes(double bytes) => $"{Text(bytes / (1 << 20))} MB";

    public static string Kilobytes(double bytes) => $"{Text(bytes / (1 << 10))} KB";
}

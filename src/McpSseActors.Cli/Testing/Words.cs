using System.Globalization;

namespace McpSseActors.Cli.Testing;

/// <summary>Figures in the words of a step.</summary>
internal static class Words
{
    /// <summary>A time as one reads it best: <c>12 ms</c>, <c>1.5 s</c>, <c>60 s</c>.</summary>
    public static string Seconds(TimeSpan span) => span.TotalSeconds switch
    {
        < 0.0095 => span.TotalMilliseconds.ToString("0.0", CultureInfo.InvariantCulture) + " ms",
        < 0.9995 => span.TotalMilliseconds.ToString("0", CultureInfo.InvariantCulture) + " ms",
        < 9.95 => span.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + " s",
        _ => span.TotalSeconds.ToString("0", CultureInfo.InvariantCulture) + " s",
    };

    /// <summary>A number of things: <c>1 event</c>, <c>2 events</c>.</summary>
    public static string Count(long count, string thing) => string.Create(CultureInfo.InvariantCulture, $"{count} {thing}{(count == 1 ? "" : "s")}");
}

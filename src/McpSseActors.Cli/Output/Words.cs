using System.Globalization;

namespace McpSseActors.Cli.Output;

/// <summary>Formats numbers and times for people.</summary>
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

    /// <summary>A count: <c>12,345</c>, and from ten millions on <c>12.3 M</c>.</summary>
    public static string Count(long count) => count < 10_000_000
        ? count.ToString("N0", CultureInfo.InvariantCulture)
        : string.Create(CultureInfo.InvariantCulture, $"{count / 1e6:N1} M");

    /// <summary>Events per second.</summary>
    public static string Rate(double rate) => rate.ToString(rate < 99.95 ? "0.0" : "N0", CultureInfo.InvariantCulture);

    /// <summary>How long something lasts: <c>0:07</c>, <c>1:02:03</c>, <c>3 d 04 h</c>.</summary>
    public static string Span(TimeSpan span)
    {
        // Two clocks need not agree.
        var shown = span > TimeSpan.Zero ? span : TimeSpan.Zero;
        var format = shown.TotalDays >= 1 ? @"d' d 'hh' h'" : shown.TotalHours >= 1 ? @"h\:mm\:ss" : @"m\:ss";
        return shown.ToString(format, CultureInfo.InvariantCulture);
    }

    /// <summary>How long is still to wait: in tenths when it is soon.</summary>
    public static string Countdown(TimeSpan left) => left.TotalSeconds < 10
        ? string.Create(CultureInfo.InvariantCulture, $"{Math.Max(0, left.TotalSeconds):0.0} s")
        : Span(left);

    /// <summary>A number of bytes: <c>1.2 MB</c>.</summary>
    public static string Bytes(long bytes) => bytes switch
    {
        < 1000 => string.Create(CultureInfo.InvariantCulture, $"{bytes} B"),
        < 1_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e3:0.0} kB"),
        < 1_000_000_000 => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e6:0.0} MB"),
        _ => string.Create(CultureInfo.InvariantCulture, $"{bytes / 1e9:0.0} GB"),
    };
}

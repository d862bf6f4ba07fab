using System.Globalization;
using System.Net.Http.Headers;

namespace McpSseActors.Connections;

/// <summary>The wait that a server requested.</summary>
/// <param name="Delay">
/// The wait; null if the value makes no sense, which asks for a longer wait than none.
/// </param>
internal sealed record RetryAfter(TimeSpan? Delay)
{
    private const string Name = "Retry-After";

    /// <summary>
    /// Reads the header leniently: whole and fractional seconds, lists, of which the longest counts, and dates. A date
    /// is compared with the server's own clock where the response tells it.
    /// </summary>
    /// <returns>The wait; null without the header.</returns>
    public static RetryAfter? Read(HttpResponseMessage response)
    {
        if (!response.Headers.NonValidated.TryGetValues(Name, out var values))
            return null;
        var now = response.Headers.Date ?? TimeProvider.System.GetUtcNow();
        var delays = values.SelectMany(value => Read(value, now)).ToList();
        return new RetryAfter(delays.Count > 0 ? delays.Max() : null);
    }

    // The comma of a date does not separate values.
    private static IEnumerable<TimeSpan> Read(string value, DateTimeOffset now) => ReadDate(value, now) is { } delay
        ? [delay]
        : value.Split(',').Select(ReadSeconds).OfType<TimeSpan>();

    private static TimeSpan? ReadDate(string value, DateTimeOffset now)
    {
        if (RetryConditionHeaderValue.TryParse(value, out var read) && read.Date is { } date)
            return Max(date - now, TimeSpan.Zero);
        return value.Contains(':', StringComparison.Ordinal)
            && DateTimeOffset.TryParse(value, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out date)
            ? Max(date - now, TimeSpan.Zero)
            : null;
    }

    private static TimeSpan? ReadSeconds(string value)
    {
        var digits = value.Trim().Trim('"').TrimStart('+').TrimEnd('s').TrimEnd();
        // Otherwise words for infinity would be read, too.
        if (!digits.All(c => char.IsAsciiDigit(c) || c == '.') || !double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
            return null;
        return TimeSpan.FromSeconds(Math.Min(seconds, StreamOptions.LongestRetryAfter.TotalSeconds));
    }

    private static TimeSpan Max(TimeSpan a, TimeSpan b) => a > b ? a : b;
}

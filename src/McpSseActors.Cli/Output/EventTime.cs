using System.Globalization;
using System.Text.Json;

namespace McpSseActors.Cli.Output;

/// <summary>The time from which on events count. It fetches nothing: a server sends what it sends.</summary>
internal static class EventTime
{
    /// <summary>What would be right.</summary>
    public const string Form = "a time of today (10:15), a date and time (2026-02-03T10:15), or how long ago (5m)";

    private static readonly string[] TimesOfDay = ["H:mm", "H:mm:ss"];

    // Above it, a number is of milliseconds: as seconds it would be the year 5138.
    private const double MostSeconds = 1e11;

    private static readonly string[] OwnTimes = ["timestamp", "time", "ts"];

    /// <summary>Reads a time. One without a zone is local.</summary>
    public static bool TryParse(string text, TimeProvider time, out DateTimeOffset since)
    {
        var now = time.GetLocalNow();
        since = now;
        if (TimeSpans.TryParse(text, out var ago))
            since = now - ago;
        else if (TimeOnly.TryParseExact(text, TimesOfDay, CultureInfo.InvariantCulture, DateTimeStyles.None, out var ofToday))
            since = At(now.Date + ofToday.ToTimeSpan(), time);
        else if (!TryParseDate(text, time, out since))
            return false;
        return true;
    }

    /// <summary>When an event happened: what the server of an MCP event says, what its data says in <c>timestamp</c>, <c>time</c> or <c>ts</c>, or else when it arrived.</summary>
    public static DateTimeOffset Of(McpEvent received)
    {
        if (received.OccurredAt is { } occurred && TryParseDate(occurred, TimeProvider.System, out var told))
            return told;
        if (received.Data.ValueKind is not JsonValueKind.Object)
            return received.Timestamp;
        foreach (var name in OwnTimes)
        {
            if (received.Data.TryGetProperty(name, out var own) && TryRead(own, out var time))
                return time;
        }

        return received.Timestamp;
    }

    private static bool TryRead(JsonElement own, out DateTimeOffset time)
    {
        time = default;
        if (own.ValueKind is JsonValueKind.String)
            return own.GetString()!.Length >= "2026-02-03".Length && TryParseDate(own.GetString()!, TimeProvider.System, out time);
        if (own.ValueKind is not JsonValueKind.Number || own.GetDouble() is not (> 0 and < MostSeconds * 1000 and var number))
            return false;
        time = DateTimeOffset.UnixEpoch + TimeSpan.FromSeconds(number < MostSeconds ? number : number / 1000);
        return true;
    }

    private static bool TryParseDate(string text, TimeProvider time, out DateTimeOffset date)
    {
        date = default;
        if (!DateTime.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.RoundtripKind, out var read) || !text.Contains('-', StringComparison.Ordinal))
            return false;
        date = read.Kind is DateTimeKind.Unspecified ? At(read, time) : new DateTimeOffset(read);
        return true;
    }

    private static DateTimeOffset At(DateTime local, TimeProvider time) => new(local, time.LocalTimeZone.GetUtcOffset(local));
}

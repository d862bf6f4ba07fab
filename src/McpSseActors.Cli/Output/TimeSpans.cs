using System.Globalization;

namespace McpSseActors.Cli.Output;

/// <summary>Spans of time as people write them: <c>500ms</c>, <c>30s</c>, <c>5m</c>, <c>2h</c>, <c>1d</c>; a lone number is seconds.</summary>
internal static class TimeSpans
{
    /// <summary>What would be right.</summary>
    public const string Form = "a number and its unit, as 500ms, 30s, 5m, 2h or 1d";

    private static readonly (string Unit, double Seconds)[] Units = [("ms", 0.001), ("s", 1), ("m", 60), ("h", 3600), ("d", 86_400), ("", 1)];

    private static readonly TimeSpan Longest = TimeSpan.FromDays(10_000);

    /// <summary>Reads a span above zero.</summary>
    public static bool TryParse(string text, out TimeSpan span)
    {
        var (unit, seconds) = Units.First(unit => text.EndsWith(unit.Unit, StringComparison.Ordinal));
        var isNumber = double.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number);
        var isInRange = isNumber && number > 0 && number * seconds <= Longest.TotalSeconds;
        span = isInRange ? TimeSpan.FromSeconds(number * seconds) : default;
        return span > TimeSpan.Zero;
    }
}

using System.Globalization;

namespace McpSseActors.TestServer.Replay;

/// <summary>How fast a recording is played: <c>1x</c>, <c>2x</c>, <c>0.5x</c>, or <c>max</c>, which waits for nothing.</summary>
public readonly record struct ReplaySpeed(double Factor)
{
    /// <summary>What would be right.</summary>
    public const string Form = "a factor as 2x or 0.5x (from 0.001x to 1000x), or max";

    /// <summary>As it came.</summary>
    public static ReplaySpeed AsItCame { get; } = new(1);

    /// <summary>Without waiting.</summary>
    public static ReplaySpeed Max { get; } = new(double.PositiveInfinity);

    public static bool TryParse(string text, out ReplaySpeed speed)
    {
        speed = Max;
        if (text == "max")
            return true;
        var isFactor = double.TryParse(text.EndsWith('x') ? text[..^1] : text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var factor);
        speed = new ReplaySpeed(factor);
        return isFactor && factor is >= 0.001 and <= 1000;
    }

    /// <summary>What a recorded time is when it is played.</summary>
    public TimeSpan Of(TimeSpan recorded) => recorded > TimeSpan.Zero ? recorded / Factor : TimeSpan.Zero;
}

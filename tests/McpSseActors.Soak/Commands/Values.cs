using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using McpSseActors.TestSupport.Processes;

namespace McpSseActors.Soak.Commands;

/// <summary>Options that several commands have, and how their values are read.</summary>
internal static class Values
{
    public static Option<ulong?> Seed() => new("--seed")
    {
        Description = "The same seed does the same; without it, a new one is taken and printed.",
        HelpName = "N",
    };

    /// <summary>The seed that was named, or a new one.</summary>
    public static ulong SeedOf(this ParseResult parsed, Option<ulong?> seed) => parsed.GetValue(seed) ?? (ulong)Random.Shared.Next(1, 1_000_000);

    public static Option<double> Rate() => new Option<double>("--rate")
    {
        Description = "Events per second.",
        HelpName = "R",
        DefaultValueFactory = _ => 1000,
    }.Must(rate => rate is > 0 and <= 100_000, "write a number above 0, up to 100000");

    public static Option<TimeSpan> FaultEvery() => new Option<TimeSpan>("--fault-every")
    {
        Description = "The time from one fault to the next, as 1.5s or 500ms.",
        HelpName = "TIME",
        DefaultValueFactory = _ => TimeSpan.FromSeconds(2),
        CustomParser = ReadTime,
    }.Must(time => time >= TimeSpan.FromMilliseconds(10), "write 10ms or more");

    private static TimeSpan ReadTime(ArgumentResult result)
    {
        var text = result.Tokens[0].Value;
        var (number, unit) = text switch
        {
            _ when text.EndsWith("ms", StringComparison.Ordinal) => (text[..^2], 0.001),
            _ when text.EndsWith('s') => (text[..^1], 1),
            _ => (text, 1.0),
        };
        if (double.TryParse(number, CultureInfo.InvariantCulture, out var value) && value is >= 0 and < 1e6)
            return TimeSpan.FromSeconds(value * unit);
        result.AddError($"'{text}' is not a time; write it as 2s or 500ms.");
        return default;
    }
}

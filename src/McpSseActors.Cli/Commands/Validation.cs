using System.CommandLine;
using System.Globalization;

namespace McpSseActors.Cli.Commands;

/// <summary>Rules for option values, with messages that say what would be right.</summary>
internal static class Validation
{
    public static Option<int> AtLeast(this Option<int> option, int least) =>
        option.Must(value => value >= least, $"write {least} or more");

    public static Option<int?> AtLeast(this Option<int?> option, int least) =>
        Check<Option<int?>, int>(option, value => value >= least, $"write {least} or more");

    public static Option<double> Above(this Option<double> option, double bound, double most) =>
        option.Must(value => value > bound && value <= most, FormattableString.Invariant($"write a number above {bound}, up to {most}"));

    public static Option<double> From(this Option<double> option, double least, double most) =>
        option.Must(value => value >= least && value <= most, FormattableString.Invariant($"write a number from {least} to {most}"));

    public static Option<int> Port(this Option<int> option) => WithPortRule(option);

    public static Option<int?> Port(this Option<int?> option) => WithPortRule(option);

    private static TOption WithPortRule<TOption>(TOption option)
        where TOption : Option => Check<TOption, int>(option, value => value is >= 0 and <= 65535, "write a port from 0 to 65535 (0 selects a free port)");

    private static Option<T> Must<T>(this Option<T> option, Predicate<T> rule, string remedy)
        where T : IParsable<T> => Check(option, rule, remedy);

    private static TOption Check<TOption, T>(TOption option, Predicate<T> rule, string remedy)
        where TOption : Option
        where T : IParsable<T>
    {
        option.Validators.Add(result =>
        {
            // A value that is not a number has its own message.
            if (result.Tokens is [var token] && T.TryParse(token.Value, CultureInfo.InvariantCulture, out var value) && !rule(value))
                result.AddError($"{option.Name} {token.Value}: {remedy}.");
        });
        return option;
    }
}

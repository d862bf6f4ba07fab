using System.CommandLine;
using McpSseActors.Cli.Output;

namespace McpSseActors.Cli.Commands;

/// <summary>Options with a value that the tool parses itself.</summary>
internal static class Values
{
    public delegate bool Parser<T>(string text, out T value);

    /// <summary>An option for a span of time.</summary>
    public static Option<TimeSpan?> Span(string name, string description) =>
        Option<TimeSpan>(name, description, "SPAN", TimeSpans.Form, TimeSpans.TryParse);

    /// <summary>An option with a custom parser.</summary>
    public static Option<T?> Option<T>(string name, string description, string helpName, string form, Parser<T> parse)
        where T : struct => new(name)
        {
            Description = description,
            HelpName = helpName,
            CustomParser = result =>
            {
                var text = result.Tokens.Single().Value;
                if (parse(text, out var value))
                    return value;
                result.AddError($"{name} {text}: write {form}.");
                return null;
            },
        };
}

using System.CommandLine;
using McpSseActors.Cli.Output;

namespace McpSseActors.Cli.Commands;

/// <summary>A command with examples for its help, whose work receives a <see cref="CommandContext"/>.</summary>
internal sealed class CliCommand(string name, string description, params string[] examples) : Command(name, description)
{
    /// <summary>Command lines to copy.</summary>
    public IReadOnlyList<string> Examples { get; } = examples;

    /// <summary>What else the help explains, under a title.</summary>
    public (string Title, IEnumerable<string> Lines)? Explanation { get; init; }

    /// <summary>Says what the command does.</summary>
    public void SetWork(GlobalOptions globals, CliEnvironment environment, Func<ParseResult, CommandContext, Task<int>> work) =>
        SetAction((parsed, ending) =>
        {
            var reporter = Reporters.For(environment, environment.Out, parsed.GetValue(globals.Json));
            return work(parsed, new CommandContext(environment, reporter, parsed.GetValue(globals.Verbose), ending));
        });
}

using System.CommandLine;
using System.CommandLine.Help;
using System.CommandLine.Invocation;

namespace McpSseActors.Cli.Commands;

/// <summary>Adds the examples to the help of a command, and the exit codes to that of the root.</summary>
internal sealed class HelpWithExamples(HelpAction help) : SynchronousCommandLineAction
{
    public override bool ClearsParseErrors => true;

    /// <summary>Puts it in the place of the usual help.</summary>
    public static HelpWithExamples For(RootCommand root)
    {
        var option = root.Options.OfType<HelpOption>().Single();
        var help = new HelpWithExamples((HelpAction)option.Action!);
        option.Action = help;
        // Completion would offer them all.
        foreach (var alias in new[] { "-?", "/?", "/h" })
            option.Aliases.Remove(alias);
        return help;
    }

    public override int Invoke(ParseResult parseResult)
    {
        help.Invoke(parseResult);
        var output = parseResult.InvocationConfiguration.Output;
        switch (parseResult.CommandResult.Command)
        {
            case CliCommand { Examples: [_, ..] examples } command:
                if (command.Explanation is var (title, lines))
                    WriteList(output, title, lines);
                WriteList(output, "Examples:", examples);
                break;
            case RootCommand:
                WriteList(output, "Exit codes:", ExitCodes.All.Select(exit => $"{exit.Code}  {exit.Meaning}"));
                break;
        }

        return ExitCodes.Ok;
    }

    private static void WriteList(TextWriter output, string title, IEnumerable<string> lines)
    {
        output.WriteLine(title);
        foreach (var line in lines)
            output.WriteLine($"  {line}");
        output.WriteLine();
    }
}

using System.CommandLine;
using McpSseActors.Cli.Completion;

namespace McpSseActors.Cli.Commands;

/// <summary>The tree of commands.</summary>
internal static class RootTree
{
    private static readonly OrderedDictionary<string, Func<GlobalOptions, CliEnvironment, CliCommand>> Commands = new()
    {
        ["demo"] = DemoCommand.Create,
        ["init"] = InitCommand.Create,
        ["run"] = RunCommand.Create,
        ["watch"] = WatchCommand.Create,
        ["web"] = WebCommand.Create,
        ["listen"] = ListenCommand.Create,
        ["events"] = EventsCommand.Create,
        ["check"] = CheckCommand.Create,
        ["test"] = TestCommand.Create,
        ["serve"] = ServeCommand.Create,
        ["record"] = RecordCommand.Create,
        ["replay"] = ReplayCommand.Create,
        ["dead-letters"] = DeadLettersCommand.Create,
        ["completion"] = CompletionCommand.Create,
    };

    /// <summary>The whole tree; if the arguments begin with a command, the others stay out, because .NET would compile their options.</summary>
    public static RootCommand Create(GlobalOptions globals, CliEnvironment environment, params IReadOnlyList<string> args)
    {
        IEnumerable<Func<GlobalOptions, CliEnvironment, CliCommand>> commands =
            args is [var first, ..] && Commands.TryGetValue(first, out var only) ? [only] : Commands.Values;
        var root = new RootCommand("Watches the event streams of MCP servers from a terminal. Begin with 'mcp-sse demo'.")
        {
            HelpName = "mcp-sse",
        };
        root.Add(globals.Json);
        root.Add(globals.Verbose);
        foreach (var create in commands)
            root.Add(create(globals, environment));
        SeveralValues.LeaveRoomForOptions(root);
        var help = HelpWithExamples.For(root);
        root.SetAction(parsed =>
        {
            help.Invoke(parsed);
            return ExitCodes.Usage;
        });
        return root;
    }
}

using System.CommandLine;
using McpSseActors.Cli.Completion;

namespace McpSseActors.Cli.Commands;

/// <summary>The tree of commands.</summary>
internal static class RootTree
{
    public static RootCommand Create(GlobalOptions globals, CliEnvironment environment)
    {
        var root = new RootCommand("Watches the event streams of MCP servers from a terminal. Begin with 'mcp-sse demo'.")
        {
            HelpName = "mcp-sse",
        };
        root.Add(globals.Json);
        root.Add(globals.Verbose);
        root.Add(DemoCommand.Create(globals, environment));
        root.Add(InitCommand.Create(globals, environment));
        root.Add(RunCommand.Create(globals, environment));
        root.Add(WatchCommand.Create(globals, environment));
        root.Add(WebCommand.Create(globals, environment));
        root.Add(ListenCommand.Create(globals, environment));
        root.Add(EventsCommand.Create(globals, environment));
        root.Add(CheckCommand.Create(globals, environment));
        root.Add(TestCommand.Create(globals, environment));
        root.Add(ServeCommand.Create(globals, environment));
        root.Add(RecordCommand.Create(globals, environment));
        root.Add(ReplayCommand.Create(globals, environment));
        root.Add(DeadLettersCommand.Create(globals, environment));
        root.Add(CompletionCommand.Create(globals, environment));
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

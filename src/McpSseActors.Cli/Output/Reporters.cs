using Spectre.Console;

namespace McpSseActors.Cli.Output;

/// <summary>Chooses how to tell.</summary>
internal static class Reporters
{
    public static IReporter For(CliEnvironment environment, TextWriter output, bool json)
    {
        if (json)
            return new JsonReporter(output);
        if (!environment.OutIsTerminal || !environment.Colour)
            return new PlainReporter(output, environment.OutIsTerminal ? AnsiConsole.Profile.Width : int.MaxValue);
        return new TerminalReporter(AnsiConsole.Create(new AnsiConsoleSettings
        {
            Ansi = AnsiSupport.Yes,
            Interactive = InteractionSupport.No,
            Out = new AnsiConsoleOutput(output),
        }));
    }
}

using System.Collections;
using McpSseActors.Cli.Output;
using McpSseActors.Cli.Watch.Terminal;
using Spectre.Console;

namespace McpSseActors.Cli;

/// <summary>What a command sees of the process around it, so that a test can put another in its place.</summary>
internal sealed record CliEnvironment
{
    /// <summary>Where results go.</summary>
    public required TextWriter Out { get; init; }

    /// <summary>Where logs and complaints go.</summary>
    public required TextWriter Error { get; init; }

    /// <summary>Whether <see cref="Out"/> is a terminal that may be coloured.</summary>
    public bool OutIsTerminal { get; init; }

    /// <summary>Whether <see cref="Error"/> is a terminal.</summary>
    public bool ErrorIsTerminal { get; init; }

    /// <summary>Takes the whole terminal for a live view; null if <see cref="Out"/> is not a terminal that can be taken.</summary>
    public Func<IScreen>? OpenScreen { get; init; }

    /// <summary>Whether colours are welcome: <c>NO_COLOR</c> is not set, and <c>TERM</c> names a terminal that has them.</summary>
    public bool Colour { get; init; }

    /// <summary>Creates the terminal for questions to the user; null if standard input or output is not a terminal.</summary>
    public Func<IAnsiConsole>? Terminal { get; init; }

    /// <summary>Says whether the reader of <see cref="Out"/> has gone.</summary>
    public Func<bool> HasReaderGone { get; init; } = () => false;

    /// <summary>Against which relative paths are read.</summary>
    public string Directory { get; init; } = Environment.CurrentDirectory;

    /// <summary>The variables of the environment.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = AllVariables();

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Whether the reader of <see cref="Out"/> has gone.</summary>
    public bool IsOutBroken => Out is QuietPipe { IsBroken: true };

    /// <summary>The environment of this process.</summary>
    public static CliEnvironment OfProcess()
    {
        var isDumb = Environment.GetEnvironmentVariable("TERM") is "dumb";
        var colour = string.IsNullOrEmpty(Environment.GetEnvironmentVariable("NO_COLOR")) && !isDumb;
        return new CliEnvironment
        {
            Out = TextWriter.Synchronized(StandardOutput.Open()),
            Error = Console.Error,
            OutIsTerminal = !Console.IsOutputRedirected,
            ErrorIsTerminal = !Console.IsErrorRedirected,
            OpenScreen = Console.IsOutputRedirected || isDumb ? null : TerminalScreen.Open,
            Colour = colour,
            Terminal = Console.IsInputRedirected || Console.IsOutputRedirected ? null : () => AnsiConsole.Create(new AnsiConsoleSettings
            {
                ColorSystem = colour ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
            }),
            HasReaderGone = PipeReader.HasGone,
        };
    }

    private static Dictionary<string, string> AllVariables()
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (DictionaryEntry variable in Environment.GetEnvironmentVariables())
            variables.Add((string)variable.Key, (string?)variable.Value ?? "");
        return variables;
    }
}

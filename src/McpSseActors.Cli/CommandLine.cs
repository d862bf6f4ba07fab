using System.CommandLine;
using System.CommandLine.Parsing;
using System.Data.Common;
using McpSseActors.Cli.Commands;
using McpSseActors.Cli.Output;
using McpSseActors.TestServer.Recording;
using McpSseActors.TestServer.Web;

namespace McpSseActors.Cli;

/// <summary>Runs a command line: from arguments to an exit code.</summary>
internal static class CommandLine
{
    private static readonly TimeSpan LookForReader = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan PatienceWithReader = TimeSpan.FromSeconds(3);

    /// <summary>Parses and runs. Every fault becomes a line on standard error and an exit code.</summary>
    public static async Task<int> InvokeAsync(string[] args, CliEnvironment environment, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var output = new QuietPipe(environment.Out, ending.Cancel);
        await using var look = environment.Time.CreateTimer(_ => BreakIfGone(output, environment), null, LookForReader, LookForReader);
        var globals = new GlobalOptions();
        // A log without a reader must not end the work.
        await using var error = new QuietPipe(environment.Error, () => { });
        args = AsOptions(args);
        var parsed = RootTree.Create(globals, environment with { Out = output, Error = error }, args).Parse(args);
        var unknown = Suggestion.UnknownWords(parsed);
        if (parsed.Errors.Count > 0 || unknown.Length > 0)
            return ExplainUsage(parsed, unknown, error);

        var code = await RunAsync(parsed, output, error, environment.Time, parsed.GetValue(globals.Verbose), ending.Token).ConfigureAwait(false);
        return output.Fault is { } fault ? Explain(new CliException(ExitCodes.Failed, $"cannot write to standard output: {fault}"), error, verbose: false) : code;
    }

    private static async Task<int> RunAsync(ParseResult parsed, QuietPipe output, TextWriter error, TimeProvider time, bool verbose, CancellationToken ending)
    {
        try
        {
            var invocation = new InvocationConfiguration
            {
                Output = output,
                Error = error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            // Not on this thread, which must be free to give up a reader who does not read.
            var work = Task.Run(() => parsed.InvokeAsync(invocation, ending), CancellationToken.None);
            if (await Task.WhenAny(work, IsNotReadAsync(output, time, ending)).ConfigureAwait(false) != work)
                throw new CliException(ExitCodes.Failed, "ended because standard output was not read; unread output is lost.");
            return await work.ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return ExitCodes.Ok;
        }
        catch (Exception fault)
        {
            return Explain(fault, error, verbose);
        }
    }

    // Ends when the user has asked for the end and one and the same write has been waiting for the reader since.
    private static async Task IsNotReadAsync(QuietPipe output, TimeProvider time, CancellationToken ending)
    {
        await ending.WhenCancelledAsync().ConfigureAwait(false);
        long? waiting;
        do
        {
            waiting = output.WriteAtHand;
            await Task.Delay(PatienceWithReader, time, CancellationToken.None).ConfigureAwait(false);
        }
        while (waiting is null || output.WriteAtHand != waiting);
    }

    private static void BreakIfGone(QuietPipe output, CliEnvironment environment)
    {
        if (!output.IsBroken && environment.HasReaderGone())
            output.Break();
    }

    // Many tools have these as commands.
    private static string[] AsOptions(string[] args) => args switch
    {
        ["help", .. var command] => [.. command, "--help"],
        ["version"] => ["--version"],
        _ => args,
    };

    private static int ExplainUsage(ParseResult parsed, string[] unknown, TextWriter error)
    {
        // What follows an unknown command or option belongs to it.
        var first = unknown.Any(Suggestion.IsOption) ? unknown.Where(Suggestion.IsOption) : unknown.Take(1);
        foreach (var word in first)
        {
            var meant = Suggestion.For(word, parsed.CommandResult) is { } name ? $" Did you mean '{name}'?" : "";
            error.WriteLine($"mcp-sse: Unrecognized command or argument '{Lines.OneLine(word)}'.{meant}");
        }

        foreach (var fault in parsed.Errors.Where(fault => !parsed.UnmatchedTokens.Any(word => fault.Message.Contains($"'{word}'", StringComparison.Ordinal))))
            error.WriteLine($"mcp-sse: {fault.Message}");
        error.WriteLine($"Try 'mcp-sse {PathOf(parsed.CommandResult)}--help'.");
        return ExitCodes.Usage;
    }

    private static string PathOf(CommandResult command) =>
        command.Parent is CommandResult parent ? $"{PathOf(parent)}{command.Command.Name} " : "";

    private static int Explain(Exception fault, TextWriter error, bool verbose)
    {
        if (verbose)
            error.WriteLine(fault);
        switch (fault)
        {
            case PortTakenException taken:
                error.WriteLine($"mcp-sse: {taken.Message}");
                return ExitCodes.Failed;
            case PositionStoreException unusable:
                error.WriteLine($"mcp-sse: {unusable.Message}");
                return ExitCodes.Failed;
            case DbException unusable:
                error.WriteLine($"mcp-sse: the database cannot be used: {unusable.Message}");
                return ExitCodes.Failed;
            case RecordingException wrong:
                error.WriteLine($"mcp-sse: {wrong.Message}");
                return ExitCodes.Usage;
            case CliException known:
                error.WriteLine($"mcp-sse: {known.Message}");
                return known.ExitCode;
            case McpSseConfigurationException configuration:
                foreach (var one in configuration.Faults)
                    error.WriteLine(one);
                return ExitCodes.Usage;
            default:
                error.WriteLine($"mcp-sse: unexpected {fault.GetType().Name}: {fault.Message} Run it again with --verbose for the details.");
                return ExitCodes.Failed;
        }
    }
}

using System.CommandLine;
using McpSseActors.Cli.Commands;
using McpSseActors.Cli.Output;
using McpSseActors.Configuration;

namespace McpSseActors.Cli;

/// <summary>Runs a command line: from arguments to an exit code.</summary>
internal static class CommandLine
{
    private static readonly TimeSpan LookForReader = TimeSpan.FromMilliseconds(250);

    /// <summary>Parses and runs. Every fault becomes a line on standard error and an exit code.</summary>
    public static async Task<int> InvokeAsync(string[] args, CliEnvironment environment, CancellationToken cancellation)
    {
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        await using var output = new QuietPipe(environment.Out, ending.Cancel);
        await using var look = environment.Time.CreateTimer(_ => BreakIfGone(output, environment), null, LookForReader, LookForReader);
        var globals = new GlobalOptions();
        var root = RootTree.Create(globals, environment with { Out = output });
        var parsed = root.Parse(args);
        if (parsed.Errors.Count > 0)
            return ExplainUsage(parsed, environment.Error);

        try
        {
            var invocation = new InvocationConfiguration
            {
                Output = output,
                Error = environment.Error,
                EnableDefaultExceptionHandler = false,
                ProcessTerminationTimeout = null,
            };
            return await parsed.InvokeAsync(invocation, ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return ExitCodes.Ok;
        }
        catch (Exception fault)
        {
            return Explain(fault, environment.Error, parsed.GetValue(globals.Verbose));
        }
    }

    private static void BreakIfGone(QuietPipe output, CliEnvironment environment)
    {
        if (!output.IsBroken && environment.HasReaderGone())
            output.Break();
    }

    private static int ExplainUsage(ParseResult parsed, TextWriter error)
    {
        foreach (var fault in parsed.Errors)
            error.WriteLine($"mcp-sse: {fault.Message}");
        var command = parsed.CommandResult.Command is RootCommand ? "" : parsed.CommandResult.Command.Name + " ";
        error.WriteLine($"Try 'mcp-sse {command}--help'.");
        return ExitCodes.Usage;
    }

    private static int Explain(Exception fault, TextWriter error, bool verbose)
    {
        if (verbose)
            error.WriteLine(fault);
        switch (fault)
        {
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

using McpSseActors.Cli.Streams;
using McpSseActors.Configuration;

namespace McpSseActors.Cli.Commands;

/// <summary><c>mcp-sse run</c>: the streams of a configuration, live.</summary>
internal static class RunCommand
{
    public static CliCommand Create(GlobalOptions globals, CliEnvironment environment)
    {
        var command = new CliCommand(
            "run",
            "Connects the streams of a configuration and prints their events and state changes until Ctrl-C. A change of the file is applied while it runs. "
            + "Ends by itself when no stream is left running.",
            "mcp-sse run",
            "mcp-sse run --config my.toml",
            "MCP_SSE__AUTH_KEY=secret mcp-sse run --json | jq .data");
        var config = ConfigFile.Option();
        command.Add(config);
        command.SetWork(globals, environment, (parsed, context) =>
        {
            var path = ConfigFile.Find(parsed.GetValue(config), context.Environment);
            var file = ConfigFile.Watch(path, context.Environment);
            return RunAsync(path, file.Options, file, context);
        });
        return command;
    }

    /// <summary>Runs streams until they or the user end.</summary>
    /// <param name="source">Where the streams are written down.</param>
    /// <param name="options">The streams.</param>
    /// <param name="file">The file that is followed; null for none.</param>
    /// <param name="context">The command at work.</param>
    public static async Task<int> RunAsync(string source, McpSseOptions options, TomlSource? file, CommandContext context)
    {
        var setup = new StreamHostSetup
        {
            Options = options,
            File = file,
            Handlers = streams => streams.AddGlobalHandler(received => context.Reporter.Event(received)),
            OnState = context.Reporter.State,
            Verbose = context.Verbose,
        };
        await using var host = await StreamHost.StartAsync(context.Environment, setup, context.Ending).ConfigureAwait(false);
        if (!options.Streams.Any(stream => stream.Enable))
        {
            await host.DisposeAsync().ConfigureAwait(false);
            context.Reporter.Note($"Nothing to do: no stream is enabled. Set enable = true under [mcp_sse] in {source}.");
            return ExitCodes.Ok;
        }

        await Task.WhenAny(host.Watch.AllEnded, context.Ending.WhenCancelledAsync()).ConfigureAwait(false);
        // Why a stream failed was said when it did.
        var failed = host.Watch.Failures.Count > 0 && !context.Ending.IsCancellationRequested;
        var final = await host.DrainAsync().ConfigureAwait(false);
        await host.DisposeAsync().ConfigureAwait(false);
        foreach (var stats in final)
            context.Reporter.Stats(stats);
        return failed ? ExitCodes.Failed : ExitCodes.Ok;
    }
}

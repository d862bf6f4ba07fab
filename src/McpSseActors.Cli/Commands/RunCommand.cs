using System.CommandLine;
using McpSseActors.Cli.Stats;
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
            "mcp-sse run --stats-port 5080",
            "MCP_SSE__AUTH_KEY=secret mcp-sse run --json | jq .data");
        var config = ConfigFile.Option();
        var statsPort = new Option<int?>("--stats-port") { Description = "Show the statistics and the last events at this port of 127.0.0.1, for 'mcp-sse watch --attach'; 0 takes a free one.", HelpName = "N" }.Port();
        command.Add(config);
        command.Add(statsPort);
        command.SetWork(globals, environment, (parsed, context) =>
        {
            var path = ConfigFile.Find(parsed.GetValue(config), context.Environment);
            var file = ConfigFile.Watch(path, context.Environment);
            return RunAsync(path, file.Options, file, context, parsed.GetValue(statsPort));
        });
        return command;
    }

    /// <summary>Runs streams until they or the user end.</summary>
    /// <param name="source">Where the streams are written down.</param>
    /// <param name="options">The streams.</param>
    /// <param name="file">The file that is followed; null for none.</param>
    /// <param name="context">The command at work.</param>
    /// <param name="statsPort">Where the statistics are shown; null for nowhere.</param>
    public static async Task<int> RunAsync(string source, McpSseOptions options, TomlSource? file, CommandContext context, int? statsPort = null)
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

        await using var stats = statsPort is { } port ? await ShowStatsAsync(host, port, context).ConfigureAwait(false) : null;
        await Task.WhenAny(host.Watch.AllEnded, context.Ending.WhenCancelledAsync()).ConfigureAwait(false);
        // Why a stream failed was said when it did.
        var failed = host.Watch.Failures.Count > 0 && !context.Ending.IsCancellationRequested;
        var final = await host.DrainAsync().ConfigureAwait(false);
        await host.DisposeAsync().ConfigureAwait(false);
        foreach (var stream in final)
            context.Reporter.Stats(stream);
        return failed ? ExitCodes.Failed : ExitCodes.Ok;
    }

    private static async Task<StatsServer> ShowStatsAsync(StreamHost host, int port, CommandContext context)
    {
        var server = await StatsServer.StartAsync(host.Client, port).ConfigureAwait(false);
        context.Reporter.Listening(server.Url);
        context.Reporter.Note($"watch it:  mcp-sse watch --attach {server.Url.GetLeftPart(UriPartial.Authority)}");
        return server;
    }
}

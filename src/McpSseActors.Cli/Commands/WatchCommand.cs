using System.CommandLine;
using McpSseActors.Cli.Output;
using McpSseActors.Cli.Streams;
using McpSseActors.Cli.Watch;
using McpSseActors.Cli.Watch.Model;
using McpSseActors.Cli.Watch.Sources;
using McpSseActors.Cli.Watch.Terminal;
using McpSseActors.Cli.Watch.View;

namespace McpSseActors.Cli.Commands;

/// <summary><c>mcp-sse watch</c>: a live view of streams.</summary>
internal static class WatchCommand
{
    public static CliCommand Create(GlobalOptions globals, CliEnvironment environment)
    {
        var command = new CliCommand(
            "watch",
            "Shows streams live: state, rate, lag, drops and recent events. Connects the streams of a configuration or of a URL, or attaches to a running host. "
            + "Without a terminal it prints lines, as 'run' does.",
            "mcp-sse watch",
            "mcp-sse watch --config my.toml",
            "mcp-sse watch http://localhost:8080/events",
            "mcp-sse watch https://example.com/mcp --transport auto",
            "mcp-sse run --stats-port 5080 & mcp-sse watch --attach http://127.0.0.1:5080")
        {
            Explanation = ("Keys:", WatchKeys.All.Select(key => $"{key.Key,-12}{key.Meaning}")),
        };
        var url = new Argument<string?>("URL") { Description = "An event stream to connect to.", Arity = ArgumentArity.ZeroOrOne };
        var config = ConfigFile.Option();
        var attach = new Option<string?>("--attach", "-a") { Description = "A running host with /stats and /recent: 'mcp-sse run --stats-port', or your own service.", HelpName = "URL" };
        var transport = new Option<string>("--transport") { Description = "With URL: the transport.", DefaultValueFactory = _ => "sse" };
        var authKey = new Option<string?>("--auth-key") { Description = "With URL or --attach: the key to send. Default with URL: the variable MCP_SSE__AUTH_KEY.", HelpName = "KEY" };
        transport.AcceptOnlyFromAmong([.. StreamTransport.All.Select(each => $"{each}")]);
        command.Add(url);
        command.Add(config);
        command.Add(attach);
        command.Add(transport);
        command.Add(authKey);
        command.Validators.Add(result =>
        {
            if (new[] { result.GetValue(url), result.GetValue(config), result.GetValue(attach) }.Count(given => given is not null) > 1)
                result.AddError("URL, --config and --attach cannot be combined: specify one of them.");
        });
        command.SetWork(globals, environment, (parsed, context) =>
        {
            var key = parsed.GetValue(authKey);
            var isJson = parsed.GetValue(globals.Json);
            var isLive = context.Environment.OpenScreen is not null && !isJson;
            var lines = new TailSettings { Format = isJson ? EventFormat.Json : EventFormat.Pretty, All = true };
            if (parsed.GetValue(attach) is { } host)
                return AttachAsync(OneStream.Url(host, "--attach", "http://127.0.0.1:5080"), key ?? "", isLive, context);
            if (parsed.GetValue(url) is { } server)
                return WatchAsync(SecretRedactor.RedactUrl(server), StreamOf(server, parsed.GetValue(transport)!, key), isFile: false, isLive, lines, context);
            var path = Find(parsed.GetValue(config), context.Environment);
            return WatchAsync(path, ConfigFile.Load(path, context.Environment, reload: true), isFile: true, isLive, lines, context);
        });
        return command;
    }

    private static string Find(string? given, CliEnvironment environment)
    {
        try
        {
            return ConfigFile.Find(given, environment);
        }
        catch (CliException missing) when (given is null)
        {
            throw new CliException(missing.ExitCode, $"{missing.Message} Or watch one stream (mcp-sse watch URL) or a running host (mcp-sse watch --attach URL).");
        }
    }

    private static McpSseOptions StreamOf(string url, string transport, string? authKey)
    {
        var server = OneStream.Url(url, "URL", "http://localhost:8080/events").AbsoluteUri;
        return new McpSseOptions { Streams = [(OneStream.Of(server, transport, authKey) with { MaxReconnectAttempts = -1 }).Checked()] };
    }

    private static async Task<int> AttachAsync(Uri url, string authKey, bool isLive, CommandContext context)
    {
        using var host = new AttachedHost(url, authKey);
        if (isLive)
            await ShowAsync(host, context).ConfigureAwait(false);
        else
            await new AttachedLines(host, context.Reporter, context.Environment.Time).RunAsync(context.Ending).ConfigureAwait(false);
        return ExitCodes.Ok;
    }

    private static async Task<int> WatchAsync(string source, McpSseOptions options, bool isFile, bool isLive, TailSettings lines, CommandContext context)
    {
        if (!isLive || !options.Streams.Any(stream => stream.Enabled))
            return await RunCommand.RunAsync(source, options, lines, context, isFile).ConfigureAwait(false);

        var error = context.Environment.Error;
        var log = new HeldLog(error);
        var isOnScreen = context.Environment.ErrorIsTerminal;
        var setup = new StreamHostSetup
        {
            // What the view shows need not be read again when it has gone.
            Options = isOnScreen && options.ConsoleLogLevel < ConsoleLogLevel.Error ? options with { ConsoleLogLevel = ConsoleLogLevel.Error } : options,
            IsFile = isFile,
            Handlers = streams => streams.AddHandler<WatchHandler>(),
            Verbose = context.Verbose,
            Reported = false,
        };
        var environment = context.Environment with { Error = isOnScreen ? log : error };
        try
        {
            await using var host = await StreamHost.StartAsync(environment, setup, context.Ending).ConfigureAwait(false);
            await ShowAsync(new OwnStreams(source, host.Client), context, view => log.OnLine = view.Say).ConfigureAwait(false);
            await host.DrainAsync().ConfigureAwait(false);
            return ExitCodes.Ok;
        }
        finally
        {
            // All the more when it ended badly.
            log.Release();
        }
    }

    // The terminal is free again before anything else ends.
    private static async Task ShowAsync(IWatchSource source, CommandContext context, Action<LiveView>? prepare = null)
    {
        using var screen = context.Environment.OpenScreen!();
        var view = new LiveView(source, screen, new FrameWriter(context.Environment.Colour), context.Environment.Time);
        prepare?.Invoke(view);
        await view.RunAsync(context.Ending).ConfigureAwait(false);
    }
}

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
            "Shows streams live: state, rate, lag, drops and recent events. "
            + "Connects the streams of a configuration or of a URL, or attaches to a running host. "
            + "Without a terminal it prints lines, as 'run' does.",
            "mcp-sse watch",
            "mcp-sse watch --config my.toml",
            "mcp-sse watch http://localhost:8080/events",
            "mcp-sse watch https://example.com/mcp --transport auto",
            "mcp-sse run --stats-port 5080 & mcp-sse watch --attach http://127.0.0.1:5080")
        {
            Explanation = ("Keys:", WatchKeys.All.Select(key => $"{key.Key,-12}{key.Meaning}")),
        };
        var target = Target.UrlOrFile("The URL of an event stream.");
        var stream = new UrlStream("sse", hasEvents: true);
        var attach = new Option<string?>("--attach", "-a") { Description = "A running host: 'mcp-sse run --stats-port N' (http://127.0.0.1:N), the URL that 'run --web' prints, or your own service that maps the HTTP API or the dashboard (https://host/mcp-sse).", HelpName = "URL" };
        target.AddTo(command);
        command.Add(attach);
        stream.AddTo(command, hasUrl: result => target.Url(result) is not null || result.GetValue(attach) is not null);
        command.Validators.Add(result =>
        {
            if (result.GetValue(attach) is not null && (target.Url(result) ?? target.FileOf(result)) is not null)
                result.AddError("URL, --config and --attach cannot be combined: specify one of them.");
        });
        command.SetWork(globals, environment, async (parsed, context) =>
        {
            var isJson = parsed.GetValue(globals.Json);
            var isLive = context.Environment.OpenScreen is not null && !isJson;
            var lines = new TailSettings { Format = isJson ? EventFormat.Json : EventFormat.Pretty, All = true };
            if (parsed.GetValue(attach) is { } host)
                return await AttachAsync(OneStream.Url(host, "--attach", "http://127.0.0.1:5080"), stream.AuthKey(parsed) ?? "", isLive, context).ConfigureAwait(false);
            if (target.Url(parsed.CommandResult) is { } server)
                return await WatchAsync(SecretRedactor.RedactUrl(server), stream.Read(server, parsed, context.Environment),
                    isFile: false, isLive, lines, context).ConfigureAwait(false);
            var path = Find(target.FileOf(parsed.CommandResult), context.Environment);
            return await WatchAsync(path, await ConfigFile.LoadAsync(path, context, reload: true).ConfigureAwait(false),
                isFile: true, isLive, lines, context).ConfigureAwait(false);
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

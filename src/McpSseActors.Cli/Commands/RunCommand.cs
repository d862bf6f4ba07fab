using System.CommandLine;
using McpSseActors.Cli.DeadLetters;
using McpSseActors.Cli.Output;
using McpSseActors.Cli.Streams;
using McpSseActors.Cli.Web;

namespace McpSseActors.Cli.Commands;

/// <summary><c>mcp-sse run</c>: the streams of a configuration, live.</summary>
internal static class RunCommand
{
    public static CliCommand Create(GlobalOptions globals, CliEnvironment environment)
    {
        var command = new CliCommand(
            "run",
            "Connects the streams of a configuration and prints their events and state changes until Ctrl-C. Applies changes of the file while it runs. "
            + "With guarantee = \"at-least-once\" under [mcp_sse.delivery], resumes where the run before ended or was killed. "
            + "Ends when all streams have ended.",
            "mcp-sse run",
            "mcp-sse run my.toml",
            "mcp-sse run --web 5081",
            "mcp-sse run --stats-port 5080",
            "mcp-sse run --webhook-port 8081",
            "MCP_SSE__AUTH_KEY=secret mcp-sse run --format json | jq .data",
            "mcp-sse run --filter 'chat.*' --filter system.status --format raw --output chat.txt --duration 1h",
            "mcp-sse run --filter deploy.done --count 1 --duration 10m && echo done");
        var target = Target.File();
        var tail = new TailOptions(globals, environment.Time);
        var statsPort = new Option<int?>("--stats-port") { Description = "Serve the HTTP API on this port of 127.0.0.1, for 'mcp-sse watch --attach' and 'mcp-sse dead-letters --attach'; 0 selects a free port.", HelpName = "N" }.Port();
        var webPort = new Option<int?>("--web") { Description = "Serve the web dashboard on this port of 127.0.0.1, open to anyone with the printed URL; 0 selects a free port.", HelpName = "N" }.Port();
        var webhookPort = EventOptions.WebhookPort("Receive on this port of 127.0.0.1 what servers post to event.webhook_url");
        target.AddTo(command);
        command.Add(statsPort);
        command.Add(webPort);
        command.Add(webhookPort);
        tail.AddTo(command);
        command.SetWork(globals, environment, async (parsed, context) =>
        {
            var path = ConfigFile.Find(target.FileOf(parsed.CommandResult), context.Environment);
            var options = await ConfigFile.LoadAsync(path, context, reload: true).ConfigureAwait(false);
            await using var webhooks = parsed.GetValue(webhookPort) is { } port ? StreamWeb.Webhooks(port) : null;
            var ports = new WebPorts(parsed.GetValue(statsPort), parsed.GetValue(webPort));
            return await RunAsync(path, options, tail.Read(parsed), context, isFile: true, ports, webhooks: webhooks).ConfigureAwait(false);
        });
        return command;
    }

    /// <summary>Runs streams until they or the user end.</summary>
    /// <param name="source">Where the streams are configured.</param>
    /// <param name="options">The streams.</param>
    /// <param name="settings">What is printed, and for how long.</param>
    /// <param name="context">The command at work.</param>
    /// <param name="isFile">Whether they are in a file, whose changes are applied.</param>
    /// <param name="ports">The ports on which they are shown; null for none.</param>
    /// <param name="webhooks">Where events are posted; null for nowhere.</param>
    /// <param name="hasProgress">Whether a terminal shows how far it has come.</param>
    public static async Task<int> RunAsync(
        string source, McpSseOptions options, TailSettings settings, CommandContext context, bool isFile = false,
        WebPorts? ports = null, StreamWeb? webhooks = null, bool hasProgress = false)
    {
        options = settings.Begin(options);
        using var tail = new EventTail(settings, options, context);
        using var progress = hasProgress ? tail.ShowProgress() : null;
        var setup = new StreamHostSetup
        {
            Options = options,
            IsFile = isFile,
            Handlers = streams => streams.AddHandler(tail.Event),
            OnState = tail.State,
            Verbose = context.Verbose,
        };
        if (!options.Streams.Any(stream => stream.Enabled))
        {
            tail.Note($"Nothing to do: no stream is enabled. Set enable = true under [mcp_sse] in {source}.");
            return ExitCodes.Ok;
        }

        // A file or port in use is found before anything is connected.
        if (isFile && options.Delivery.Guarantee is DeliveryGuarantee.AtLeastOnce)
            setup = await StoreAsync(setup, options.Delivery).ConfigureAwait(false);
        await using var api = ports?.Api is { } apiPort ? StreamWeb.Api(apiPort) : null;
        await using var page = ports?.Page is { } pagePort ? StreamWeb.Dashboard(pagePort, ports.PageOption) : null;
        Announce(api, page, tail);
        Announce(webhooks, options, tail);
        var end = await StreamRun.RunAsync(context, setup, tail.Ended, (host, over) =>
        {
            api?.Show(host.Client);
            page?.Show(host.Client);
            webhooks?.Show(host.Client);
            if (!isFile)
                _ = new EventsHint(host, context.Environment.Time, tail.Note).LookAsync(over);
        }).ConfigureAwait(false);
        progress?.Dispose();
        foreach (var stats in end.Final)
            tail.Stats(stats);
        var failed = end.Final.Where(stats => stats.State is ConnectionState.Failed).Select(stats => stats.Stream).ToHashSet(StringComparer.Ordinal);
        foreach (var refused in options.Streams.Where(stream => stream.Transport == StreamTransport.Events && failed.Contains(stream.EffectiveName)))
            tail.Note($"Event types and arguments that the server has:  mcp-sse events {SecretRedactor.RedactUrl(refused.ServerUrl)}");
        tail.Finish(end.IsByUser);
        // Why a stream failed was said when it did.
        return end.ExitCode(tail.HasAll);
    }

    private static void Announce(StreamWeb? webhooks, McpSseOptions options, EventTail tail)
    {
        if (webhooks is not null)
            tail.Note($"waits on {webhooks.Url} for what servers post");
        else if (options.Streams.FirstOrDefault(stream => stream is { Enabled: true, Event.Mode: McpEventMode.Webhook } && stream.Transport == StreamTransport.Events) is { } posted)
            tail.Note($"{posted.EffectiveName}: its events are posted to {posted.Event.WebhookUrl}; 'run' and 'listen' receive them with --webhook-port N");
    }

    private static async Task<StreamHostSetup> StoreAsync(StreamHostSetup setup, DeliveryOptions delivery)
    {
        Databases.Register();
        var positions = PositionStores.Open(delivery.Store);
        try
        {
            return setup with { Positions = positions, DeadLetters = DeadLetterStores.Open(delivery.Store) };
        }
        catch
        {
            await positions.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    private static void Announce(StreamWeb? api, StreamWeb? page, EventTail tail)
    {
        if (api is not null)
        {
            tail.Listening(api.Url);
            tail.Note($"watch it:  mcp-sse watch --attach {api.Url.GetLeftPart(UriPartial.Authority)}");
        }

        if (page is not null)
        {
            tail.Listening(page.Url);
            tail.Note("open this URL in a browser of this machine; Ctrl-C ends it");
        }
    }
}

/// <summary>The ports on which streams are shown.</summary>
/// <param name="Api">That of the HTTP API; null for none.</param>
/// <param name="Page">That of the dashboard; null for none.</param>
/// <param name="PageOption">The option that names it.</param>
internal sealed record WebPorts(int? Api, int? Page, string PageOption = "--web");

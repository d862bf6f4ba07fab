using System.CommandLine;
using System.Globalization;
using McpSseActors.TestServer.Demo;
using McpSseActors.TestServer.Events;
using McpSseActors.TestServer.Replay;

namespace McpSseActors.Cli.Commands;

/// <summary><c>mcp-sse serve</c>: the demo server alone.</summary>
internal static class ServeCommand
{
    public static CliCommand Create(GlobalOptions globals, CliEnvironment environment)
    {
        var command = new CliCommand(
            "serve",
            "Runs a server on 127.0.0.1 that sends sample events until Ctrl-C, to test clients. With --mcp it is an MCP server with MCP events. "
            + "With --from FILE it sends a recording.",
            "mcp-sse serve --port 8080",
            "mcp-sse serve --port 8080 --mcp",
            "mcp-sse serve --port 8080 --drop-every 20 --auth-key secret",
            "mcp-sse serve --port 8080 --from problem.rec --speed 2x");
        var port = new Option<int>("--port") { Description = "The port; 0 selects a free port.", DefaultValueFactory = _ => 0 }.Port();
        var rate = Rate(defaultRate: 2);
        var dropEvery = new Option<int>("--drop-every") { Description = "Cut every connection after this many events, every second time in the middle of an event.", HelpName = "N" }.AtLeast(1);
        var authKey = new Option<string?>("--auth-key") { Description = "Reject clients that do not send 'Authorization: Bearer KEY'.", HelpName = "KEY" };
        var mcp = new Option<bool>("--mcp") { Description = "Be an MCP server (2026-07-28) with three types of MCP events, two of which it sends again by cursor." };
        var from = new Option<string?>("--from") { Description = "Serve this recording, including its drops. A client that reconnects continues after its Last-Event-ID; after the end the response is 204.", HelpName = "FILE" };
        var speed = ReplayCommand.Speed();
        var loop = new Option<bool>("--loop") { Description = "With --from: start over at the end, then in one connection without drops." };
        command.Add(port);
        command.Add(mcp);
        command.Add(rate);
        command.Add(dropEvery);
        command.Add(authKey);
        command.Add(from);
        command.Add(speed);
        command.Add(loop);
        command.Validators.Add(result =>
        {
            var isRecorded = result.GetResult(from) is not null;
            if (!isRecorded && (result.GetResult(speed) is not null || result.GetValue(loop)))
                result.AddError("--speed and --loop require --from FILE.");
            if (isRecorded && (result.GetResult(rate) is { Implicit: false } || result.GetResult(dropEvery) is { Implicit: false }))
                result.AddError("--rate and --drop-every cannot be combined with --from FILE: a recording has its own.");
            if (isRecorded && result.GetValue(mcp))
                result.AddError("--mcp and --from FILE cannot be combined: specify one kind of server.");
        });
        command.SetWork(globals, environment, (parsed, context) => parsed.GetValue(from) is { } recording ? ServeAsync(context, recording, new ReplayOptions
        {
            Port = parsed.GetValue(port),
            Speed = parsed.GetValue(speed) ?? ReplaySpeed.AsItCame,
            Loop = parsed.GetValue(loop),
            AuthKey = parsed.GetValue(authKey) ?? "",
            Time = context.Environment.Time,
        }) : parsed.GetValue(mcp) ? ServeAsync(context, new EventsServerOptions
        {
            Port = parsed.GetValue(port),
            Rate = parsed.GetValue(rate),
            Drops = DropsOf(parsed.GetValue(dropEvery)),
            AuthKey = parsed.GetValue(authKey) ?? "",
            Seed = (int)context.Environment.Time.GetTimestamp(),
            Time = context.Environment.Time,
        }) : ServeAsync(context, new DemoServerOptions
        {
            Port = parsed.GetValue(port),
            Rate = parsed.GetValue(rate),
            Drops = DropsOf(parsed.GetValue(dropEvery)),
            AuthKey = parsed.GetValue(authKey) ?? "",
            IdPrefix = PrefixOfNow(context.Environment.Time),
            Seed = (int)context.Environment.Time.GetTimestamp(),
            Time = context.Environment.Time,
        }));
        return command;
    }

    /// <summary>The option for events per second.</summary>
    public static Option<double> Rate(double defaultRate) => new Option<double>("--rate")
    {
        Description = "Events per second.",
        HelpName = "R",
        DefaultValueFactory = _ => defaultRate,
    }.Above(0, 100_000);

    private static async Task<int> ServeAsync(CommandContext context, DemoServerOptions options)
    {
        await using var server = await DemoServer.StartAsync(options, context.Reporter.Server).ConfigureAwait(false);
        Introduce(context, server.Url, options.AuthKey.Length > 0);
        await context.Ending.WhenCancelledAsync().ConfigureAwait(false);
        context.Reporter.Note(string.Create(CultureInfo.InvariantCulture, $"ended after {server.Produced} events, {server.Connections} connections, {server.Aborts} cut"));
        return ExitCodes.Ok;
    }

    private static async Task<int> ServeAsync(CommandContext context, EventsServerOptions options)
    {
        await using var server = await EventsServer.StartAsync(options, context.Reporter.Server).ConfigureAwait(false);
        context.Reporter.Listening(server.Url);
        foreach (var type in options.Types)
            context.Reporter.Note($"event:     {type.Name}  {type.Description}");
        var key = options.AuthKey.Length > 0 ? " --auth-key KEY" : "";
        context.Reporter.Note($"explained: mcp-sse events {server.Url}{key}");
        context.Reporter.Note($"listen:    mcp-sse listen {server.Url}{key} --event {options.Types[0].Name} --arg severity=P1");
        await context.Ending.WhenCancelledAsync().ConfigureAwait(false);
        context.Reporter.Note(string.Create(CultureInfo.InvariantCulture, $"ended after {server.Produced} events, {server.Connections} streams"));
        return ExitCodes.Ok;
    }

    private static DropPlan DropsOf(int? events) => events is > 0 and var every ? DropPlan.Every(every) : DropPlan.None;

    private static async Task<int> ServeAsync(CommandContext context, string path, ReplayOptions options)
    {
        var recording = await ReplayCommand.LoadAsync(path, context).ConfigureAwait(false);
        foreach (var line in ReplayCommand.Describe(recording, path))
            context.Reporter.Note(line);
        await using var server = await ReplayServer.StartAsync(recording, options, context.Reporter.Server).ConfigureAwait(false);
        Introduce(context, server.Url, options.AuthKey.Length > 0);
        await context.Ending.WhenCancelledAsync().ConfigureAwait(false);
        context.Reporter.Note(string.Create(CultureInfo.InvariantCulture, $"ended after {server.Connections} connections"));
        return ExitCodes.Ok;
    }

    private static void Introduce(CommandContext context, Uri url, bool hasKey)
    {
        context.Reporter.Listening(url);
        context.Reporter.Note($"watch it:  curl -N {(hasKey ? "-H 'Authorization: Bearer KEY' " : "")}{url}");
        context.Reporter.Note($"or:        mcp-sse test --url {url}{(hasKey ? " --auth-key KEY" : "")}");
        context.Reporter.Note($"in TOML:   mcp_sse = {{ enable = true, server_url = \"{url}\" }}");
    }

    // IDs of an earlier run must not look like those of this one.
    private static string PrefixOfNow(TimeProvider time) => time.GetUtcNow().ToUnixTimeSeconds().ToString("x", CultureInfo.InvariantCulture) + "-";
}

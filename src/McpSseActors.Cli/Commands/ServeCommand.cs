using System.CommandLine;
using System.Globalization;
using McpSseActors.Cli.Demo;

namespace McpSseActors.Cli.Commands;

/// <summary><c>mcp-sse serve</c>: the demo server alone.</summary>
internal static class ServeCommand
{
    public static CliCommand Create(GlobalOptions globals, CliEnvironment environment)
    {
        var command = new CliCommand(
            "serve",
            "Runs a server with made-up events on 127.0.0.1 until Ctrl-C, for trying out clients.",
            "mcp-sse serve --port 8080",
            "mcp-sse serve --port 8080 --drop-every 20 --auth-key secret");
        var port = new Option<int>("--port") { Description = "The port; 0 takes a free one.", DefaultValueFactory = _ => 0 }.Port();
        var rate = Rate(defaultRate: 2);
        var dropEvery = new Option<int>("--drop-every") { Description = "Cut every connection after so many events, every second time in the middle of an event.", HelpName = "N" }.AtLeast(1);
        var authKey = new Option<string?>("--auth-key") { Description = "Refuse clients that do not send 'Authorization: Bearer KEY'.", HelpName = "KEY" };
        command.Add(port);
        command.Add(rate);
        command.Add(dropEvery);
        command.Add(authKey);
        command.SetWork(globals, environment, (parsed, context) => ServeAsync(context, new DemoServerOptions
        {
            Port = parsed.GetValue(port),
            Rate = parsed.GetValue(rate),
            Drops = parsed.GetValue(dropEvery) is > 0 and var events ? DropPlan.Every(events) : DropPlan.None,
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
        context.Reporter.Listening(server.Url);
        context.Reporter.Note($"watch it:  curl -N {(options.AuthKey.Length > 0 ? "-H 'Authorization: Bearer KEY' " : "")}{server.Url}");
        context.Reporter.Note($"or:        mcp-sse test --url {server.Url}{(options.AuthKey.Length > 0 ? " --auth-key KEY" : "")}");
        context.Reporter.Note($"in TOML:   mcp_sse = {{ enable = true, server_url = \"{server.Url}\" }}");
        await context.Ending.WhenCancelledAsync().ConfigureAwait(false);
        context.Reporter.Note(string.Create(CultureInfo.InvariantCulture, $"ended after {server.Produced} events, {server.Connections} connections, {server.Aborts} cut"));
        return ExitCodes.Ok;
    }

    // IDs of an earlier run must not look like those of this one.
    private static string PrefixOfNow(TimeProvider time) => time.GetUtcNow().ToUnixTimeSeconds().ToString("x", CultureInfo.InvariantCulture) + "-";
}

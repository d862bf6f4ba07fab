using System.CommandLine;
using McpSseActors.Cli.Demo;
using McpSseActors.TestServer.Demo;

namespace McpSseActors.Cli.Commands;

/// <summary><c>mcp-sse demo</c>: server and client in one process.</summary>
internal static class DemoCommand
{
    public static CliCommand Create(GlobalOptions globals, CliEnvironment environment)
    {
        var command = new CliCommand(
            "demo",
            "Shows the library at work: a server in this process sends events and cuts its connections. "
            + "The client reconnects, resumes, and handles every event exactly once.",
            "mcp-sse demo",
            "mcp-sse demo --events 500 --rate 100",
            "mcp-sse demo --forever",
            "mcp-sse demo --json | jq 'select(.kind == \"state\")'");
        var events = new Option<int>("--events") { Description = "The number of events to send.", HelpName = "N", DefaultValueFactory = _ => 60 }.AtLeast(1);
        var forever = new Option<bool>("--forever") { Description = "Run until Ctrl-C." };
        var rate = ServeCommand.Rate(defaultRate: 5);
        var seed = new Option<int>("--seed") { Description = "The seed: the same seed produces the same events.", HelpName = "S", DefaultValueFactory = _ => 1 };
        command.Add(events);
        command.Add(forever);
        command.Add(rate);
        command.Add(seed);
        command.SetWork(globals, environment, (parsed, context) =>
        {
            int? count = parsed.GetValue(forever) ? null : parsed.GetValue(events);
            return new DemoRun(context, new DemoServerOptions
            {
                Rate = parsed.GetValue(rate),
                Events = count,
                Seed = parsed.GetValue(seed),
                Drops = count is null ? DropPlan.Every(40) : Twice(count.Value),
                Retry = TimeSpan.FromMilliseconds(300),
                // The client is disconnected for a second or two, and must not miss what is sent in that time.
                ReplayBuffer = count ?? Math.Max(10_000, (int)(60 * parsed.GetValue(rate))),
                ReplayToNewClients = true,
                WaitForClient = true,
                Heartbeat = TimeSpan.FromSeconds(2),
                Time = context.Environment.Time,
            }).RunAsync();
        });
        return command;
    }

    // In the middle of an event first, with a server that needs a moment to recover; then between two events.
    private static DropPlan Twice(int events) =>
        DropPlan.Sequence(new Drop(events / 4, MidEvent: true, ThenRefuse: 1), new Drop(events / 3));
}

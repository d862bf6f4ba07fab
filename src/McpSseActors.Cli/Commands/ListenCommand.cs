using System.CommandLine;
using McpSseActors.Cli.Web;

namespace McpSseActors.Cli.Commands;

/// <summary><c>mcp-sse listen</c>: any MCP server, without a file.</summary>
internal static class ListenCommand
{
    public static CliCommand Create(GlobalOptions globals, CliEnvironment environment)
    {
        var command = new CliCommand(
            "listen",
            "Listens to an MCP server and prints its notifications until Ctrl-C. Detects the protocol revision that the server speaks. "
            + "With --event, subscribes to MCP events of one type and prints them.",
            "mcp-sse listen http://localhost:3001/mcp",
            "mcp-sse listen https://example.com/mcp --resource file:///project/README.md --log-level info",
            "mcp-sse listen http://localhost:8080/mcp --event incident.created --arg severity=P1",
            "mcp-sse listen http://localhost:8080/mcp --event incident.created --webhook-port 0",
            "mcp-sse listen https://example.com/mcp --header 'X-Team: blue' --format json | jq .data",
            "mcp-sse listen http://localhost:8080/events --transport sse --format raw --count 10");
        var url = new Argument<string>("URL") { Description = "The URL of the server." };
        var stream = new UrlStream("auto", hasEvents: true, hasWebhooks: true);
        var tail = new TailOptions(globals, environment.Time);
        command.Add(url);
        stream.AddTo(command);
        tail.AddTo(command);
        command.SetWork(globals, environment, async (parsed, context) =>
        {
            await using var webhooks = stream.WebhookPort(parsed) is { } port ? StreamWeb.Webhooks(port) : null;
            var options = stream.Read(parsed.GetValue(url)!, parsed, context.Environment, webhooks?.Url);
            return await RunCommand.RunAsync("the command line", options, tail.Read(parsed), context, webhooks: webhooks).ConfigureAwait(false);
        });
        return command;
    }
}

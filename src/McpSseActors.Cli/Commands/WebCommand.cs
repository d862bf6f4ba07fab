using System.CommandLine;
using McpSseActors.Cli.Output;

namespace McpSseActors.Cli.Commands;

/// <summary><c>mcp-sse web</c>: the dashboard of streams in a browser.</summary>
internal static class WebCommand
{
    public static CliCommand Create(GlobalOptions globals, CliEnvironment environment)
    {
        var command = new CliCommand(
            "web",
            "Connects the streams of a configuration or of a URL, and shows them on a web page on 127.0.0.1 until Ctrl-C: "
            + "state, rates, handlers, events and dead letters, with buttons to stop, restart and retry. Only someone with the printed URL can open it. "
            + "A host of your own shows the same page with app.MapMcpSseDashboard().",
            "mcp-sse web",
            "mcp-sse web my.toml --port 5081",
            "mcp-sse web http://localhost:8080/events",
            "mcp-sse web https://example.com/mcp --transport auto",
            "mcp-sse web --json | jq -r 'select(.kind == \"listening\").url'");
        var target = Target.UrlOrFile("The URL of an event stream.");
        var stream = new UrlStream("sse", hasEvents: true);
        var port = new Option<int>("--port")
        {
            Description = "The port of the page on 127.0.0.1; 0 selects a free port. Default: 0.",
            DefaultValueFactory = _ => 0,
            HelpName = "N",
        }.Port();
        target.AddTo(command);
        command.Add(port);
        stream.AddTo(command, hasUrl: result => target.Url(result) is not null);
        command.SetWork(globals, environment, async (parsed, context) =>
        {
            var url = target.Url(parsed.CommandResult);
            var path = url is null ? ConfigFile.Find(target.FileOf(parsed.CommandResult), context.Environment) : null;
            var options = path is null
                ? stream.Read(url!, parsed, context.Environment)
                : await ConfigFile.LoadAsync(path, context, reload: true).ConfigureAwait(false);
            var lines = new TailSettings { Format = parsed.GetValue(globals.Json) ? EventFormat.Json : EventFormat.Pretty, All = true, WithoutEvents = true };
            var ports = new WebPorts(Api: null, parsed.GetValue(port), "--port");
            return await RunCommand.RunAsync(path ?? SecretRedactor.RedactUrl(url!), options, lines, context, isFile: path is not null,
                ports).ConfigureAwait(false);
        });
        return command;
    }
}

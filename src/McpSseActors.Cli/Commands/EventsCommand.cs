using System.CommandLine;
using McpSseActors.Cli.Output;
using McpSseActors.Cli.Streams;

namespace McpSseActors.Cli.Commands;

/// <summary><c>mcp-sse events</c>: the types of MCP events that a server offers.</summary>
internal static class EventsCommand
{
    public static CliCommand Create(GlobalOptions globals, CliEnvironment environment)
    {
        var command = new CliCommand(
            "events",
            "Lists the types of MCP events that a server offers, with their delivery modes and arguments. With NAME, explains one type, "
            + "and prints a command and a configuration that subscribe to it. With --json, prints the schemas too.",
            "mcp-sse events http://localhost:8080/mcp",
            "mcp-sse events http://localhost:8080/mcp incident.created",
            "mcp-sse events https://example.com/mcp --json | jq .input_schema")
        {
            Explanation = ("Try it:", ["mcp-sse serve --port 8080 --mcp", "mcp-sse listen http://localhost:8080/mcp --event incident.created --arg severity=P1"]),
        };
        var url = new Argument<string>("URL") { Description = "The URL of the MCP server." };
        var name = new Argument<string?>("NAME") { Description = "Explain this type.", Arity = ArgumentArity.ZeroOrOne };
        var stream = new UrlStream($"{StreamTransport.Subscriptions}", isForRequest: true);
        command.Add(url);
        command.Add(name);
        stream.AddTo(command);
        command.SetWork(globals, environment, (parsed, context) =>
            RunAsync(stream.Read(parsed.GetValue(url)!, parsed, context.Environment), parsed.GetValue(name), context));
        return command;
    }

    private static async Task<int> RunAsync(McpSseOptions options, string? name, CommandContext context)
    {
        // It is asked, and never connected.
        var stream = options.Streams.Single() with { Enabled = false, Transport = StreamTransport.Events, Event = new() };
        var types = await AskAsync(options with { Streams = [stream], ConsoleLogLevel = ConsoleLogLevel.Error }, context).ConfigureAwait(false);
        if (name is null)
        {
            context.Reporter.EventTypes(types);
            context.Reporter.Note(types.Types.IsEmpty
                ? "The server has MCP events, but lists no type."
                : $"Explain one, with an example:  mcp-sse events {SecretRedactor.RedactUrl(stream.ServerUrl)} NAME");
            return ExitCodes.Ok;
        }

        if (types.Types.FirstOrDefault(type => type.Name == name) is not { } found)
        {
            var meant = Suggestion.Among(name, types.Types.Select(type => type.Name)) is { } near ? $"Did you mean '{near}'? " : "";
            throw new CliException(ExitCodes.Failed, $"the server lists no event type '{name}'. {meant}See all:  mcp-sse events {SecretRedactor.RedactUrl(stream.ServerUrl)}");
        }

        context.Reporter.EventType(types.Dialect, found, new EventExample(SecretRedactor.RedactUrl(stream.ServerUrl), found));
        return ExitCodes.Ok;
    }

    private static async Task<McpEventTypes> AskAsync(McpSseOptions options, CommandContext context)
    {
        var setup = new StreamHostSetup { Options = options, Handlers = _ => { }, Verbose = context.Verbose };
        await using var host = await StreamHost.StartAsync(context.Environment, setup, context.Ending).ConfigureAwait(false);
        try
        {
            return await host.Client.GetEventTypesAsync(cancellation: context.Ending).ConfigureAwait(false);
        }
        catch (InvalidOperationException refused)
        {
            throw new CliException(ExitCodes.Failed, refused.Message);
        }
    }
}

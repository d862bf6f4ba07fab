using System.Collections.Immutable;
using System.CommandLine;
using McpSseActors.Cli.Output;
using McpSseActors.Configuration;
using McpSseActors.Mcp;

namespace McpSseActors.Cli.Commands;

/// <summary><c>mcp-sse listen</c>: any MCP server, without a file.</summary>
internal static class ListenCommand
{
    public static CliCommand Create(GlobalOptions globals, CliEnvironment environment)
    {
        var command = new CliCommand(
            "listen",
            "Listens to an MCP server and prints what it tells until Ctrl-C. Finds out by itself which revision of the protocol the server speaks.",
            "mcp-sse listen http://localhost:3001/mcp",
            "mcp-sse listen https://example.com/mcp --resource file:///project/README.md --log-level info",
            "mcp-sse listen https://example.com/mcp --header X-Team=blue --format json | jq .data");
        var tail = new TailOptions(globals, environment.Time);
        var url = new Argument<string>("URL") { Description = "The MCP server." };
        var resources = new Option<string[]>("--resource", "-r") { Description = "Subscribe to the updates of this resource. Can be given several times.", HelpName = "URI", DefaultValueFactory = _ => [] };
        var logLevel = new Option<string>("--log-level") { Description = "The least severe log message to be sent: debug, info, notice, warning, error, critical, alert or emergency.", HelpName = "L", DefaultValueFactory = _ => "" };
        var transport = new Option<string>("--transport") { Description = "How to speak to the server.", DefaultValueFactory = _ => McpTransports.Auto };
        var headers = new Option<string[]>("--header", "-H") { Description = "Send this header with every request. Can be given several times.", HelpName = "NAME=VALUE", DefaultValueFactory = _ => [] };
        var authKey = new Option<string?>("--auth-key") { Description = "The key to send. Default: the variable MCP_SSE__AUTH_KEY.", HelpName = "KEY" };
        var readOnResync = new Option<bool>("--read-on-resync") { Description = "After a loss, read anew what may have been missed." };
        transport.AcceptOnlyFromAmong(McpTransports.All);
        command.Add(url);
        command.Add(resources);
        command.Add(logLevel);
        command.Add(transport);
        command.Add(headers);
        command.Add(authKey);
        command.Add(readOnResync);
        tail.AddTo(command);
        command.SetWork(globals, environment, (parsed, context) =>
        {
            var stream = new StreamOptions
            {
                Enable = true,
                ServerUrl = parsed.GetValue(url)!,
                Transport = parsed.GetValue(transport)!,
                AuthKey = parsed.GetValue(authKey) ?? Environment.GetEnvironmentVariable("MCP_SSE__AUTH_KEY") ?? "",
                CustomHeaders = Headers(parsed.GetValue(headers)!),
                EnableEventLogging = false,
                MaxReconnectAttempts = -1,
                Mcp = new McpOptions { Resources = [.. parsed.GetValue(resources)!], LogLevel = parsed.GetValue(logLevel)!, ReadOnResync = parsed.GetValue(readOnResync) },
            };
            if (OptionsValidation.Check(stream) is { IsEmpty: false } faults)
                throw new McpSseConfigurationException([.. faults.Select(fault => fault with { Source = "command line" })]);
            return RunCommand.RunAsync("the command line", new McpSseOptions { Streams = [stream] }, null, tail.Read(parsed), context);
        });
        return command;
    }

    private static ImmutableDictionary<string, string> Headers(string[] given)
    {
        var headers = ImmutableDictionary.CreateBuilder<string, string>(StringComparer.OrdinalIgnoreCase);
        foreach (var header in given)
        {
            if (header.Split('=', 2) is not [var name, var value])
                throw new CliException(ExitCodes.Usage, "--header: write it as NAME=VALUE.");
            headers[name] = value;
        }

        return headers.ToImmutable();
    }
}

using System.CommandLine;
using System.Text.Json;
using System.Text.Json.Nodes;
using Akka.Event;
using McpSseActors.Configuration;
using McpSseActors.Connections;
using McpSseActors.Mcp;

namespace McpSseActors.Cli.Commands;

/// <summary>
/// <c>mcp-sse conformance</c>: the client that the official conformance suite runs. It begins as a listener begins, lists the tools, calls the
/// first, waits for the answer, and ends.
/// </summary>
internal static class ConformanceCommand
{
    private const string Version = "MCP_CONFORMANCE_PROTOCOL_VERSION";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(25);

    public static CliCommand Create(GlobalOptions globals, CliEnvironment environment)
    {
        var command = new CliCommand(
            "conformance",
            $"Plays the client for the official MCP conformance suite: lists the server's tools, calls the first, and ends. The variable {Version} says which revision to speak.",
            "conformance client --command \"mcp-sse conformance\" --scenario tools_call");
        var url = new Argument<string>("URL") { Description = "The suite's server." };
        command.Add(url);
        command.SetWork(globals, environment, (parsed, context) => RunAsync(parsed.GetValue(url)!, context));
        return command;
    }

    private static async Task<int> RunAsync(string url, CommandContext context)
    {
        var options = new StreamOptions { Enable = true, ServerUrl = url, Transport = TransportNames.Auto, ConnectionTimeout = Limit };
        if (OptionsValidation.Check(options) is { IsEmpty: false } faults)
            throw new McpSseConfigurationException(faults);
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(context.Ending);
        limit.CancelAfter(Limit);
        var mcp = new McpContext(options, new McpState("conformance", options.Mcp, NoLogger.Instance, _ => { }), new McpHttp(options));
        try
        {
            return await PlayAsync(mcp, context, limit.Token).ConfigureAwait(false);
        }
        catch (RpcException refused)
        {
            throw new CliException(ExitCodes.Failed, $"the server refuses with {refused.Message}");
        }
        catch (Exception fault) when (fault is not OperationCanceledException)
        {
            throw new CliException(ExitCodes.Failed, Reason(mcp.Http.Describe(fault)));
        }
    }

    private static string Reason(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Lost lost => lost.Reason,
        AttemptOutcome.NotSupported wrong => wrong.Reason,
        AttemptOutcome.Rejected rejected => $"the server answered {rejected.Status}",
        _ => outcome.ToString(),
    };

    private static async Task<int> PlayAsync(McpContext mcp, CommandContext context, CancellationToken ending)
    {
        using McpTransport transport = Environment.GetEnvironmentVariable(Version) == McpProtocol.Modern
            ? new SubscriptionsTransport(mcp, Version)
            : new StreamableHttpTransport(mcp, Version);
        if (transport is StreamableHttpTransport session)
            await session.BeginSessionAsync(ending).ConfigureAwait(false);

        var listed = await transport.RequestAsync("tools/list", null, ending).ConfigureAwait(false);
        if (listed.TryGetProperty("tools", out var tools) && tools.GetArrayLength() > 0)
        {
            var call = new JsonObject { ["name"] = tools[0].GetProperty("name").GetString(), ["arguments"] = Arguments(tools[0]) };
            var answer = await transport.RequestAsync("tools/call", call, ending).ConfigureAwait(false);
            context.Reporter.Note(answer.GetRawText());
        }

        await transport.CloseAsync(ending).ConfigureAwait(false);
        return ExitCodes.Ok;
    }

    // The simplest value of each type that the tool asks for.
    private static JsonObject Arguments(JsonElement tool)
    {
        var arguments = new JsonObject();
        if (!tool.TryGetProperty("inputSchema", out var schema) || !schema.TryGetProperty("properties", out var properties))
            return arguments;
        foreach (var property in properties.EnumerateObject())
        {
            arguments[property.Name] = property.Value.TryGetProperty("type", out var type) && type.ValueKind is JsonValueKind.String ? type.GetString() switch
            {
                "number" or "integer" => 1,
                "boolean" => true,
                "array" => new JsonArray(),
                "object" => new JsonObject(),
                _ => "text",
            } : "text";
        }

        return arguments;
    }
}

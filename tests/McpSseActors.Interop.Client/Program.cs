using System.Text.Json;
using System.Text.Json.Nodes;
using Akka.Event;
using McpSseActors;
using McpSseActors.Mcp;

// The client that the official conformance suite runs, with the URL of its server. It begins as a listener does, lists the tools, calls the
// first one, waits for the answer, and ends. The exit code is 0 if the server answered.
const string Version = "MCP_CONFORMANCE_PROTOCOL_VERSION";
var limit = TimeSpan.FromSeconds(25);
using var ending = new CancellationTokenSource(limit);
var options = new StreamOptions { Enabled = true, ServerUrl = args[0], Transport = StreamTransport.Auto, ConnectionTimeout = limit };
var state = new McpState("conformance", options.Mcp, NoLogger.Instance, _ => { });
var mcp = new McpContext(options, state, new McpHttp(options, state.Server));
using McpTransport transport = Environment.GetEnvironmentVariable(Version) == McpProtocol.Modern
    ? new SubscriptionsTransport(mcp, Version)
    : new StreamableHttpTransport(mcp, Version);
if (transport is StreamableHttpTransport session)
    await session.BeginSessionAsync(ending.Token);

var listed = await transport.RequestAsync("tools/list", null, ending.Token);
if (listed.TryGetProperty("tools", out var tools) && tools.GetArrayLength() > 0)
{
    var call = new JsonObject { ["name"] = tools[0].GetProperty("name").GetString(), ["arguments"] = ArgumentsOf(tools[0]) };
    Console.WriteLine(await transport.RequestAsync("tools/call", call, ending.Token));
}

await transport.CloseAsync(ending.Token);

// The simplest value of each type that the tool asks for.
static JsonObject ArgumentsOf(JsonElement tool)
{
    var arguments = new JsonObject();
    if (!tool.TryGetProperty("inputSchema", out var schema) || !schema.TryGetProperty("properties", out var properties))
        return arguments;
    foreach (var property in properties.EnumerateObject())
    {
        arguments[property.Name] = (property.Value.TryGetProperty("type", out var type) ? type.ToString() : "") switch
        {
            "number" or "integer" => 1,
            "boolean" => true,
            "array" => new JsonArray(),
            "object" => new JsonObject(),
            _ => "text",
        };
    }

    return arguments;
}

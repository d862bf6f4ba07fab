using System.Text.Json;
using System.Text.Json.Nodes;
using Akka.Event;
using McpSseActors;
using McpSseActors.Connections;
using McpSseActors.Mcp;
using McpSseActors.Sse;

// The client that the official conformance suite runs, with the URL of its server. It listens as 'mcp-sse listen' does, so that requests of
// the server arrive and are answered; lists the tools, calls the first one, waits for the answer, and ends. The exit code is 0 if the server
// answered, also with an error.
const string Version = "MCP_CONFORMANCE_PROTOCOL_VERSION";
var limit = TimeSpan.FromSeconds(25);
using var ending = new CancellationTokenSource(limit);
var isModern = Environment.GetEnvironmentVariable(Version) == McpProtocol.Modern;
var options = new StreamOptions
{
    Enabled = true,
    ServerUrl = args[0],
    Transport = isModern ? StreamTransport.Subscriptions : StreamTransport.StreamableHttp,
    ConnectionTimeout = limit,
};
using var transport = (McpTransport)McpTransports.Create(options, new McpState("conformance", options.Mcp, NoLogger.Instance, _ => { }), new McpEras());
var opened = await transport.OpenAsync(new OpenRequest(new Uri(options.ServerUrl), StreamPosition.Start), ending.Token);
Console.WriteLine($"Listening: {opened}");
var listening = opened is AttemptOutcome.Opened ? ListenAsync(transport, ending.Token) : Task.CompletedTask;

var listed = await transport.RequestAsync("tools/list", null, ending.Token);
if (listed.TryGetProperty("tools", out var tools) && tools.GetArrayLength() > 0)
{
    var call = new JsonObject { ["name"] = tools[0].GetProperty("name").GetString(), ["arguments"] = ArgumentsOf(tools[0]) };
    try
    {
        Console.WriteLine(await transport.RequestAsync("tools/call", call, ending.Token));
    }
    catch (RpcException refused)
    {
        Console.WriteLine($"The server refused the call: {refused.Message}");
    }
}

await transport.CloseAsync(ending.Token);
transport.Dispose();
await listening;

static async Task ListenAsync(McpTransport transport, CancellationToken ending)
{
    try
    {
        while (await transport.ReadAsync(64 * 1024, ending) is { IsEnd: false } chunk)
            chunk.Return();
    }
    catch (Exception over) when (over is TransportException or OperationCanceledException or ObjectDisposedException)
    {
        Console.WriteLine($"The stream is over: {over.Message}");
    }
}

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

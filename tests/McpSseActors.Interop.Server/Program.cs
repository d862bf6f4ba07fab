using McpSseActors.Interop.Server;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;

// A server of the official SDK that speaks every revision: /mcp with and without sessions, /sse as it was in the beginning. What a session missed
// while its stream was broken off comes afterwards. With three more arguments, it also has MCP events: see Ticks.
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls($"http://127.0.0.1:{args[0]}");
builder.Services.AddDistributedMemoryCache();
builder.Services.AddMcpServer(options =>
{
    options.ServerInfo = new Implementation { Name = "csharp-sdk", Version = "2.4.0" };
    options.Capabilities = new ServerCapabilities
    {
        Resources = new ResourcesCapability { Subscribe = true, ListChanged = true },
        Tools = new ToolsCapability { ListChanged = true },
        Logging = new LoggingCapability(),
    };
    Answers.Give(options.Handlers);
    if (args is [_, var start, var interval, var total])
        new Ticks(start, interval, total).AddTo(options);
}).WithHttpTransport(options =>
{
    options.SessionMode = HttpServerSessionMode.StatefulForInitializeClients;
    options.EnableLegacySse = true;
}).WithDistributedCacheEventStreamStore();

var app = builder.Build();
app.MapMcp("/mcp");
app.MapMcp("");
app.Run();

using System.Text.Json.Nodes;
using ModelContextProtocol.AspNetCore;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

// A server of the official SDK that speaks every revision: /mcp with and without sessions, /sse as it was in the beginning.
// Whoever subscribes to a resource is told of an update every 300 ms.
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.UseUrls($"http://127.0.0.1:{args[0]}");
builder.Services.AddMcpServer(options =>
{
    options.ServerInfo = new Implementation { Name = "csharp-sdk", Version = "2.3.1" };
    options.Capabilities = new ServerCapabilities
    {
        Resources = new ResourcesCapability { Subscribe = true, ListChanged = true },
        Tools = new ToolsCapability { ListChanged = true },
        Logging = new LoggingCapability(),
    };
    options.Handlers.ListResourcesHandler = (_, _) => ValueTask.FromResult(new ListResourcesResult());
    options.Handlers.ListToolsHandler = (_, _) => ValueTask.FromResult(new ListToolsResult());
    options.Handlers.ReadResourceHandler = (request, _) => ValueTask.FromResult(new ReadResourceResult
    {
        Contents = [new TextResourceContents { Uri = request.Params!.Uri, Text = "read" }],
    });
    options.Handlers.SetLoggingLevelHandler = (_, _) => ValueTask.FromResult(new EmptyResult());
    options.Handlers.SubscribeToResourcesHandler = (request, cancellation) =>
    {
        _ = UpdateAsync(request.Server, request.Params!.Uri, null, CancellationToken.None);
        return ValueTask.FromResult(new EmptyResult());
    };
    options.Handlers.UnsubscribeFromResourcesHandler = (_, _) => ValueTask.FromResult(new EmptyResult());
    options.Handlers.SubscriptionsListenHandler = async (request, cancellation) =>
    {
        var wanted = request.Params!.Notifications;
        var id = request.JsonRpcRequest.Id.ToString();
        await request.Server.SendNotificationAsync(NotificationMethods.SubscriptionsAcknowledgedNotification, new JsonObject
        {
            ["notifications"] = new JsonObject
            {
                ["toolsListChanged"] = wanted?.ToolsListChanged,
                ["resourceSubscriptions"] = new JsonArray([.. (wanted?.ResourceSubscriptions ?? []).Select(uri => (JsonNode)uri)]),
            },
            ["_meta"] = Meta(id),
        }, cancellationToken: cancellation);
        await request.Server.SendNotificationAsync(NotificationMethods.ToolListChangedNotification, new JsonObject { ["_meta"] = Meta(id) }, cancellationToken: cancellation);
        await Task.WhenAll((wanted?.ResourceSubscriptions ?? []).Select(uri => UpdateAsync(request.Server, uri, id, cancellation)));
        await Task.Delay(Timeout.Infinite, cancellation);
        return new EmptyResult();
    };
}).WithHttpTransport(options =>
{
    options.SessionMode = HttpServerSessionMode.StatefulForInitializeClients;
    options.EnableLegacySse = true;
});

var app = builder.Build();
app.MapMcp("/mcp");
app.MapMcp("");
app.Run();

static JsonObject Meta(string? subscription) =>
    subscription is null ? [] : new JsonObject { ["io.modelcontextprotocol/subscriptionId"] = subscription };

static async Task UpdateAsync(McpServer server, string uri, string? subscription, CancellationToken cancellation)
{
    try
    {
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(300));
        while (await timer.WaitForNextTickAsync(cancellation))
        {
            await server.SendNotificationAsync(
                NotificationMethods.ResourceUpdatedNotification, new JsonObject { ["uri"] = uri, ["_meta"] = Meta(subscription) }, cancellationToken: cancellation);
        }
    }
    catch (Exception)
    {
        // The client has gone.
    }
}

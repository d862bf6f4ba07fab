using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpSseActors.Interop.Server;

/// <summary>The answers of the server. From a request on, it notifies the client of what the request asked for.</summary>
internal static class Answers
{
    // A client asks again whenever it has lost its stream.
    private static readonly ConcurrentDictionary<(string? Session, string Matter), bool> Told = new();

    public static void Give(McpServerHandlers handlers)
    {
        handlers.ListResourcesHandler = (_, _) => ValueTask.FromResult(new ListResourcesResult());
        handlers.ListToolsHandler = (_, _) => ValueTask.FromResult(new ListToolsResult());
        handlers.ReadResourceHandler = (request, _) => ValueTask.FromResult(new ReadResourceResult
        {
            Contents = [new TextResourceContents { Uri = request.Params!.Uri, Text = "read" }],
        });
        handlers.SetLoggingLevelHandler = (request, cancellation) =>
        {
            if (Told.TryAdd((request.Server.SessionId, "log"), true))
                _ = Telling.CountAsync(request.Server);
            return ValueTask.FromResult(new EmptyResult());
        };
        handlers.SubscribeToResourcesHandler = (request, cancellation) =>
        {
            if (Told.TryAdd((request.Server.SessionId, request.Params!.Uri), true))
                _ = Telling.UpdateAsync(request.Server, request.Params.Uri, [], CancellationToken.None);
            return ValueTask.FromResult(new EmptyResult());
        };
        handlers.UnsubscribeFromResourcesHandler = (_, _) => ValueTask.FromResult(new EmptyResult());
        handlers.SubscriptionsListenHandler = ListenAsync;
    }

    private static async ValueTask<EmptyResult> ListenAsync(RequestContext<SubscriptionsListenRequestParams> request, CancellationToken cancellation)
    {
        var wanted = request.Params!.Notifications;
        var resources = wanted?.ResourceSubscriptions ?? [];
        var subscription = new JsonObject { ["io.modelcontextprotocol/subscriptionId"] = request.JsonRpcRequest.Id.ToString() };
        await request.Server.SendNotificationAsync(NotificationMethods.SubscriptionsAcknowledgedNotification, new JsonObject
        {
            ["notifications"] = new JsonObject
            {
                ["toolsListChanged"] = wanted?.ToolsListChanged,
                ["resourceSubscriptions"] = new JsonArray([.. resources.Select(uri => (JsonNode)uri)]),
            },
            ["_meta"] = subscription,
        }, cancellationToken: cancellation);
        await Task.WhenAll(resources.Select(uri => Telling.UpdateAsync(request.Server, uri, subscription, cancellation)));
        await Task.Delay(Timeout.Infinite, cancellation);
        return new EmptyResult();
    }
}

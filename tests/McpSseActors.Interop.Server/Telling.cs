using System.Text.Json.Nodes;
using ModelContextProtocol.Protocol;
using ModelContextProtocol.Server;

namespace McpSseActors.Interop.Server;

/// <summary>What the server tells by itself.</summary>
internal static class Telling
{
    /// <summary>Log messages 1, 2, 3 and so on, so that a client notices a missing one.</summary>
    public static Task CountAsync(McpServer server)
    {
        var number = 0;
        return EachAsync(TimeSpan.FromMilliseconds(100), () => server.SendNotificationAsync(
            NotificationMethods.LoggingMessageNotification, new JsonObject { ["level"] = "info", ["logger"] = "count", ["data"] = ++number }), CancellationToken.None);
    }

    /// <summary>The resource is updated, and the tools change, again and again.</summary>
    public static Task UpdateAsync(McpServer server, string uri, JsonObject meta, CancellationToken cancellation) =>
        EachAsync(TimeSpan.FromMilliseconds(300), async () =>
    {
        await server.SendNotificationAsync(
            NotificationMethods.ResourceUpdatedNotification, new JsonObject { ["uri"] = uri, ["_meta"] = meta.DeepClone() }, cancellationToken: cancellation);
        await server.SendNotificationAsync(
            NotificationMethods.ToolListChangedNotification, new JsonObject { ["_meta"] = meta.DeepClone() }, cancellationToken: cancellation);
    }, cancellation);

    private static async Task EachAsync(TimeSpan interval, Func<Task> tell, CancellationToken cancellation)
    {
        try
        {
            using var timer = new PeriodicTimer(interval);
            while (await timer.WaitForNextTickAsync(cancellation))
                await tell();
        }
        catch (Exception)
        {
            // The client has gone.
        }
    }
}

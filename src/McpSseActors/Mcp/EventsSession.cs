using System.Net;
using System.Text.Json;
using System.Text.Json.Nodes;
using McpSseActors.Connections;
using ModelContextProtocol.Protocol;

namespace McpSseActors.Mcp;

/// <summary>
/// Requests about events to a server of an earlier revision, in a session that <c>initialize</c> begins. The extension is defined for 2026-07-28 only;
/// some servers have it earlier.
/// </summary>
internal static class EventsSession
{
    private const string SessionHeader = "Mcp-Session-Id";

    /// <summary>Begins a session, if the server does so at all.</summary>
    /// <returns>What it declares; null if it refuses.</returns>
    public static async Task<JsonElement?> BeginAsync(McpContext context, EventsState known, CancellationToken cancellation)
    {
        var parameters = McpProtocol.Initialize(McpProtocol.NewestWithSessions);
        parameters["capabilities"]!["extensions"] = new JsonObject { [EventsProtocol.Extension] = new JsonObject() };
        var (result, id) = await context.MeasureAsync(
            new McpRequest(EventsProtocol.NextId(), RequestMethods.Initialize, parameters), McpProtocol.NewestWithSessions, async request =>
            {
                using var response = await context.Http.PostAsync(context.Http.Url, request.ToJson(), [], cancellation).ConfigureAwait(false);
                var answer = await RpcAnswer.ReadAsync(response, request.Id, context.Options, context.Redactor, cancellation).ConfigureAwait(false);
                return (answer.Result, response.Headers.TryGetValues(SessionHeader, out var ids) ? ids.FirstOrDefault() : null);
            }).ConfigureAwait(false);
        var version = result is { } agreed ? McpProtocol.Text(agreed, "protocolVersion") : "";
        if (!McpProtocol.WithSessions.Contains(version))
            return null;
        context.State.Gate.Add(id);
        known.Session = new McpSession(context.Http.Url, id, version, new ServerCapabilities());
        using var told = await context.Http.PostAsync(
            context.Http.Url, JsonRpc.Notification(NotificationMethods.InitializedNotification), Headers(known.Session), cancellation).ConfigureAwait(false);
        return result;
    }

    /// <summary>Posts a request: in the session, if there is one, and otherwise as revision 2026-07-28 wants it.</summary>
    /// <exception cref="TransportException">The server no longer knows the session.</exception>
    public static async Task<HttpResponseMessage> PostAsync(McpContext context, EventsState known, McpRequest request, CancellationToken cancellation)
    {
        if (known.Session is not { } session)
            return await request.PostAsync(context.Http, EventsProtocol.Meta(), cancellation).ConfigureAwait(false);
        var response = await context.Http.PostAsync(context.Http.Url, request.ToJson(), Headers(session), cancellation).ConfigureAwait(false);
        if (response.StatusCode is not HttpStatusCode.NotFound || session.Id is null)
            return response;
        response.Dispose();
        known.Forget();
        throw TransportException.Lost("the server no longer knows the session");
    }

    /// <summary>Ends the session, if there is one.</summary>
    public static async Task EndAsync(McpContext context, EventsState known, CancellationToken cancellation)
    {
        var session = known.Session;
        known.Forget();
        if (session?.Id is null)
            return;
        try
        {
            (await context.Http.DeleteAsync(context.Http.Url, Headers(session), cancellation).ConfigureAwait(false)).Dispose();
        }
        catch (Exception fault) when (fault is HttpRequestException or TransportException)
        {
            // The server ends it in time.
        }
    }

    private static (string, string)[] Headers(McpSession session) => session.Id is { } id
        ? [(McpProtocol.VersionHeader, session.Version), (SessionHeader, id)]
        : [(McpProtocol.VersionHeader, session.Version)];
}

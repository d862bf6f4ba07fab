using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Net.Mime;
using McpSseActors.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Server.Kestrel.Core.Features;
using Microsoft.Extensions.DependencyInjection;

namespace McpSseActors.Webhooks;

/// <summary>Receives in ASP.NET Core what MCP servers post to webhooks.</summary>
public static class McpWebhookEndpoints
{
    private const string Route = "route";

    private static readonly McpWebhookReply Stopping = new(StatusCodes.Status503ServiceUnavailable) { RetryAfter = TimeSpan.FromSeconds(5) };

    /// <summary>
    /// Maps the endpoint to which MCP servers post the events of the streams whose <see cref="McpEventSubscription.Mode"/> is
    /// <see cref="McpEventMode.Webhook"/>. Their <see cref="McpEventSubscription.WebhookUrl"/> is the public address of this endpoint. It answers 200 when
    /// every handler has finished an event, 503 if that takes more than 4 seconds, and refuses what the server did not sign; other
    /// authentication doesn't apply to it.
    /// </summary>
    /// <param name="endpoints">The endpoints of the web application, with <see cref="McpSseHostingExtensions.AddMcpSseClient"/> among its services.</param>
    /// <param name="pattern">The path. Each subscription has its own segment below it.</param>
    /// <returns>The endpoint, to which conventions can be added.</returns>
    /// <exception cref="InvalidOperationException">The services have no <see cref="IMcpSseClient"/>.</exception>
    public static IEndpointConventionBuilder MapMcpEventsWebhook(this IEndpointRouteBuilder endpoints, [StringSyntax("Route")] string pattern = "/hooks/mcp")
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(pattern);
        if (endpoints.ServiceProvider.GetService<IServiceProviderIsService>() is { } services && !services.IsService(typeof(IMcpSseClient)))
            throw new InvalidOperationException("MapMcpEventsWebhook needs the client of the streams: add builder.Services.AddMcpSseClient().");
        return endpoints.MapPost($"{pattern.TrimEnd('/')}/{{{Route}}}", ReceiveAsync)
            .WithDisplayName("MCP Events webhook")
            .ExcludeFromDescription()
            .DisableAntiforgery()
            .AllowAnonymous();
    }

    private static async Task ReceiveAsync(HttpContext http)
    {
        LiftLimits(http.Features);
        var headers = http.Request.Headers;
        var reply = await ReceiveAsync(http.RequestServices.GetRequiredService<IMcpSseClient>(), new McpWebhookDelivery($"{http.GetRouteValue(Route)}", http.Request.Body)
        {
            Id = headers["webhook-id"].ToString(),
            Timestamp = headers["webhook-timestamp"].ToString(),
            Signature = headers["webhook-signature"].ToString(),
            SubscriptionId = headers["X-MCP-Subscription-Id"].ToString(),
        }, http.RequestAborted).ConfigureAwait(false);
        http.Response.StatusCode = reply.Status;
        if (reply.RetryAfter is { } pause)
            http.Response.Headers.RetryAfter = Math.Ceiling(pause.TotalSeconds).ToString(CultureInfo.InvariantCulture);
        if (reply.Body.Length == 0)
            return;
        http.Response.ContentType = MediaTypeNames.Application.Json;
        await http.Response.WriteAsync(reply.Body, http.RequestAborted).ConfigureAwait(false);
    }

    // The library has narrower ones, and counts what it refuses.
    private static void LiftLimits(IFeatureCollection features)
    {
        if (features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size)
            size.MaxRequestBodySize = null;
        if (features.Get<IHttpMinRequestBodyDataRateFeature>() is { } rate)
            rate.MinDataRate = null;
    }

    private static async Task<McpWebhookReply> ReceiveAsync(IMcpSseClient client, McpWebhookDelivery delivery, CancellationToken left)
    {
        try
        {
            return await client.ReceiveWebhookAsync(delivery, left).ConfigureAwait(false);
        }
        catch (InvalidOperationException)
        {
            return Stopping;
        }
    }
}

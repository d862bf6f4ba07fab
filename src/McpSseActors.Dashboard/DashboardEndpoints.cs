using McpSseActors.Dashboard.Access;
using McpSseActors.Dashboard.Api;
using McpSseActors.Dashboard.Live;
using McpSseActors.Hosting;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace McpSseActors.Dashboard;

/// <summary>Maps the dashboard to the endpoints of a web application.</summary>
public static class DashboardEndpoints
{
    /// <summary>
    /// Maps a page that shows the streams of this host live, and acts on them: <c>app.MapMcpSseDashboard()</c>. The host needs
    /// <c>services.AddMcpSseClient()</c>, and nothing else.
    /// </summary>
    /// <remarks>
    /// <para><b>Access.</b> Add authorization to what is returned: <c>.RequireAuthorization("ops")</c>. Without any, the dashboard answers only requests of
    /// this machine: those that come from a loopback address, name it as their host, and passed no proxy.</para>
    /// <para><b>Forged requests.</b> A request that acts needs a header that no other site can send without leave (CORS), and is refused if the browser says
    /// that another site made it (<c>Sec-Fetch-Site</c>, <c>Origin</c>). So antiforgery needs no set-up, no cookie and no key that nodes must share.</para>
    /// <para><b>Proxies.</b> The page uses relative URLs only: it works under a path base and through a proxy that adds a prefix.</para>
    /// </remarks>
    /// <param name="endpoints">The endpoints of the application.</param>
    /// <param name="path">Where the page is. Default: <c>/mcp-sse</c>.</param>
    /// <param name="configure">Says who may act and who may see the data of events; null leaves both to everyone who may open the page.</param>
    /// <returns>The conventions of all endpoints of the dashboard, for authorization, rate limits and host filters.</returns>
    /// <exception cref="InvalidOperationException">The host has no <see cref="IMcpSseClient"/>, or a policy is named and the host has no
    /// authorization.</exception>
    public static IEndpointConventionBuilder MapMcpSseDashboard(
        this IEndpointRouteBuilder endpoints, string path = "/mcp-sse", Action<DashboardOptions>? configure = null)
    {
        var routes = Map(endpoints, path, configure, out var rehearsal);
        routes.Raw("GET", "", http =>
        {
            _ = rehearsal.DoneAsync();
            return Page.AnswerAsync(http);
        });
        routes.Raw("GET", "assets/{**file}", Page.AnswerAssetAsync);
        return routes.Group;
    }

    /// <summary>
    /// Maps the HTTP API of the dashboard without its page, for <c>mcp-sse watch --attach</c>, scripts, and pages of your own. Access and forged requests
    /// are as
    /// for <see cref="MapMcpSseDashboard"/>.
    /// </summary>
    /// <param name="endpoints">The endpoints of the application.</param>
    /// <param name="path">Where <c>api/v1</c> is. Default: <c>/mcp-sse</c>.</param>
    /// <param name="configure">Says who may act and who may see the data of events; null leaves both to everyone who may use the API.</param>
    /// <returns>The conventions of all endpoints of the API.</returns>
    /// <exception cref="InvalidOperationException">The host has no <see cref="IMcpSseClient"/>, or a policy is named and the host has no
    /// authorization.</exception>
    public static IEndpointConventionBuilder MapMcpSseApi(
        this IEndpointRouteBuilder endpoints, string path = "/mcp-sse", Action<DashboardOptions>? configure = null) =>
        Map(endpoints, path, configure, out _).Group;

    private static Routes Map(IEndpointRouteBuilder endpoints, string path, Action<DashboardOptions>? configure, out Rehearsal rehearsal)
    {
        ArgumentNullException.ThrowIfNull(endpoints);
        ArgumentNullException.ThrowIfNull(path);
        var options = new DashboardOptions();
        configure?.Invoke(options);
        Check(endpoints.ServiceProvider, options);
        var roles = new Roles(options);
        var hub = new StreamHub(endpoints.ServiceProvider);
        var routes = new Routes(endpoints.MapGroup(path), roles);

        var stats = new StatsApi(hub);
        routes.Get("me", http => Me.AnswerAsync(http, roles));
        routes.Get("stats", stats.AllAsync);
        routes.Get("recent", new RecentApi(hub, roles).AnswerAsync);

        var streams = new StreamApi(hub);
        rehearsal = new Rehearsal(hub, streams);
        routes.Get("streams/{name}", streams.DescribeAsync);
        routes.Get("streams/{name}/event-types", streams.EventTypesAsync);
        routes.Post("streams/{name}/start", streams.StartAsync);
        routes.Post("streams/{name}/stop", streams.StopAsync);
        routes.Post("streams/{name}/restart", streams.RestartAsync);
        routes.Post("streams/{name}/clear-recent", streams.ClearRecentAsync);

        var letters = new DeadLetterApi(hub, roles);
        routes.Get("dead-letters", letters.ListAsync);
        routes.Get("dead-letters/{id}", letters.ShowAsync);
        routes.Post("dead-letters/retry", letters.RetryAsync);
        routes.Post("dead-letters/discard", letters.DiscardAsync);

        routes.Raw("GET", "api/v1/live", new LiveApi(hub, roles, rehearsal).AnswerAsync);
        routes.Raw("GET", "api/{**unknown}", _ => throw new ApiFault(StatusCodes.Status404NotFound,
            "This version has api/v1/me, stats, recent, streams/NAME, dead-letters and live."));
        return routes;
    }

    private static void Check(IServiceProvider services, DashboardOptions options)
    {
        var known = services.GetRequiredService<IServiceProviderIsService>();
        if (!known.IsService(typeof(IMcpSseClient)))
            throw new InvalidOperationException("The dashboard asks the streams through IMcpSseClient: call services.AddMcpSseClient() as well.");
        if ((options.OperatorPolicy ?? options.PayloadPolicy) is { } policy && !known.IsService(typeof(IAuthorizationService)))
            throw new InvalidOperationException(
                $"The dashboard names the policy '{policy}', and the host has no authorization: call services.AddAuthorization(…).");
    }
}

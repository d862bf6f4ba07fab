using System.Net;
using McpSseActors.Dashboard;
using McpSseActors.Hosting;
using McpSseActors.TestServer.Web;
using McpSseActors.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpSseActors.Cli.Web;

/// <summary>
/// Serves the streams of this process on the loopback interface: their API for <c>--attach</c> and scripts, the dashboard, for requests with its token,
/// or their webhooks. Its port is taken at once, and it answers when there are streams.
/// </summary>
internal sealed class StreamWeb : IAsyncDisposable
{
    private readonly BoundPort _port;
    private readonly Action<WebApplication> _map;
    private Task<WebApplication>? _web;

    private StreamWeb(BoundPort port, Action<WebApplication> map, string query = "")
    {
        (_port, _map) = (port, map);
        Url = new Uri(port.Url, query);
    }

    /// <summary>Where it is, with the token if it has one.</summary>
    public Uri Url { get; }

    /// <summary>Takes a port for the API.</summary>
    /// <exception cref="PortTakenException">The port is taken.</exception>
    public static StreamWeb Api(int port) => new(BoundPort.Take(port, "--stats-port"), web => web.MapMcpSseApi("/"));

    /// <summary>Takes a port for the dashboard.</summary>
    /// <param name="port">The port; 0 takes a free one.</param>
    /// <param name="option">The option that asked for it.</param>
    /// <exception cref="PortTakenException">The port is taken.</exception>
    public static StreamWeb Dashboard(int port, string option)
    {
        var bound = BoundPort.Take(port, option);
        var door = new TokenDoor(bound.Url.Port);
        return new StreamWeb(bound, web => web.Use(door.InvokeAsync).UseRouting().UseEndpoints(pages => pages.MapMcpSseDashboard("/")), $"?{TokenDoor.Parameter}={door.Token}");
    }

    /// <summary>Takes a port to which MCP servers post events.</summary>
    /// <exception cref="PortTakenException">The port is taken.</exception>
    public static StreamWeb Webhooks(int port) => new(BoundPort.Take(port, "--webhook-port"), web => web
        .Use((http, next) =>
        {
            // What comes before the segment of the subscription is the proxy's.
            var path = http.Request.Path.Value ?? "";
            http.Request.Path = path[Math.Max(0, path.LastIndexOf('/'))..];
            return next();
        })
        .UseRouting()
        .UseEndpoints(webhooks => webhooks.MapMcpEventsWebhook("/")));

    /// <summary>Shows these streams, or takes what is posted to them.</summary>
    public void Show(IMcpSseClient streams) => _web ??= StartAsync(streams);

    public async ValueTask DisposeAsync()
    {
        if (_web is not null)
            await (await _web.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        _port.Dispose();
    }

    private async Task<WebApplication> StartAsync(IMcpSseClient streams)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "mcp-sse" });
        builder.WebHost
            .UseKestrelCore()
            .UseSockets(sockets => sockets.CreateBoundListenSocket = _ => _port.Socket)
            .ConfigureKestrel(kestrel => kestrel.Listen((IPEndPoint)_port.Socket.LocalEndPoint!));
        builder.Services
            .AddSingleton<IHostLifetime, NoSignals>()
            .AddSingleton(streams)
            .AddRouting();
        var web = builder.Build();
        _map(web);
        await web.StartAsync().ConfigureAwait(false);
        return web;
    }
}

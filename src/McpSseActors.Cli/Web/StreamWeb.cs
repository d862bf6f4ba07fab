using System.Net;
using McpSseActors.Dashboard;
using McpSseActors.Hosting;
using McpSseActors.TestServer.Web;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpSseActors.Cli.Web;

/// <summary>
/// Serves the streams of this process on the loopback interface: their API for <c>--attach</c> and scripts, or the dashboard, for those who have its token.
/// Its port is taken at once, and it answers when there are streams to show.
/// </summary>
internal sealed class StreamWeb : IAsyncDisposable
{
    private readonly BoundPort _port;
    private readonly TokenDoor? _door;
    private Task<WebApplication>? _web;

    private StreamWeb(BoundPort port, TokenDoor? door)
    {
        (_port, _door) = (port, door);
        Url = door is null ? port.Url : new Uri(port.Url, $"?{TokenDoor.Parameter}={door.Token}");
    }

    /// <summary>Where it is, with the token if it has one.</summary>
    public Uri Url { get; }

    /// <summary>Takes a port for the API.</summary>
    /// <exception cref="PortTakenException">The port is taken.</exception>
    public static StreamWeb Api(int port) => new(BoundPort.Take(port, "--stats-port"), door: null);

    /// <summary>Takes a port for the dashboard.</summary>
    /// <param name="port">The port; 0 takes a free one.</param>
    /// <param name="option">The option that asked for it.</param>
    /// <exception cref="PortTakenException">The port is taken.</exception>
    public static StreamWeb Dashboard(int port, string option)
    {
        var bound = BoundPort.Take(port, option);
        return new StreamWeb(bound, new TokenDoor(bound.Url.Port));
    }

    /// <summary>Shows these streams.</summary>
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
        if (_door is null)
        {
            web.MapMcpSseApi("/");
        }
        else
        {
            web.Use(_door.InvokeAsync);
            web.MapMcpSseDashboard("/");
        }

        await web.StartAsync().ConfigureAwait(false);
        return web;
    }
}

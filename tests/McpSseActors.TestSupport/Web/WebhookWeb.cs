using System.Net;
using McpSseActors.Hosting;
using McpSseActors.Webhooks;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace McpSseActors.TestSupport.Web;

/// <summary>A web server that receives webhooks for a host that starts after it.</summary>
public sealed class WebhookWeb : IAsyncDisposable
{
    private readonly TaskCompletionSource<IMcpSseClient> _client = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly WebApplication _web;

    private WebhookWeb(int port)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, port));
        builder.Services.AddRoutingCore().AddSingleton(_ => _client.Task.Result);
        _web = builder.Build();
        _web.MapMcpEventsWebhook("/hooks/mcp");
        Url = $"http://127.0.0.1:{port}/hooks/mcp";
    }

    /// <summary>What streams name as their <c>webhook_url</c>.</summary>
    public string Url { get; }

    public static async Task<WebhookWeb> StartAsync(int port)
    {
        var web = new WebhookWeb(port);
        await web._web.StartAsync();
        return web;
    }

    /// <summary>The host that the deliveries are for.</summary>
    public void For(IMcpSseClient client) => _client.TrySetResult(client);

    public async ValueTask DisposeAsync()
    {
        _client.TrySetCanceled();
        await _web.DisposeAsync();
    }
}

using System.Collections.Concurrent;
using Akka.Hosting;
using McpSseActors.Configuration;
using McpSseActors.Events;
using McpSseActors.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpSseActors.Interop.Support;

/// <summary>A host as users build it, that listens to one server.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private readonly ConcurrentQueue<McpEvent> _events = new();
    private readonly IHost _host;

    private Listener(string url, string transport)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddMcpSseClient();
        builder.Services.AddAkka("interop", (akka, _) => akka
            .AddHocon("akka.loglevel = OFF\nakka.stdout-loglevel = OFF", HoconAddMode.Prepend)
            .WithMcpSse(mcp => mcp
                .AddStream(url, stream => stream with
                {
                    Transport = transport,
                    InitialReconnectDelay = TimeSpan.FromMilliseconds(100),
                    MaxReconnectDelay = TimeSpan.FromMilliseconds(300),
                    MaxReconnectAttempts = -1,
                    EnableEventLogging = false,
                    Mcp = new McpOptions { LogLevel = "debug", Resources = [Resource(url)], ReadOnResync = true },
                })
                .AddGlobalHandler(_events.Enqueue)));
        _host = builder.Build();
    }

    public IMcpSseClient Client => _host.Services.GetRequiredService<IMcpSseClient>();

    /// <summary>How many events of a type have come.</summary>
    public int Count(string type) => _events.Count(received => received.EventType == type);

    /// <summary>A resource that the server has, and of which it tells.</summary>
    public static string Resource(string url) => url.EndsWith("/mcp", StringComparison.Ordinal) || url.EndsWith("/sse", StringComparison.Ordinal)
        ? "demo://resource/dynamic/text/1"
        : "demo://a";

    public static async Task<Listener> StartAsync(string url, string transport)
    {
        var listener = new Listener(url, transport);
        await listener._host.StartAsync();
        return listener;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

using Akka.Hosting;
using McpSseActors.Hosting;
using McpSseActors.TestServer.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpSseActors.Benchmarks.Scale.Clients;

/// <summary>A host with this library, as its users build it, without a log. It ends with the process.</summary>
internal static class LibraryHost
{
    // Ctrl-C is this program's matter, not Akka's. The pace of reconnects is for servers that are down.
    private const string Hocon = """
        akka.loglevel = OFF
        akka.stdout-loglevel = OFF
        akka.loggers = []
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        mcp-sse.reconnects-per-second = 100000
        """;

    /// <summary>A host that is not started yet.</summary>
    public static IHost Build(Action<McpSseBuilder> configure)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddMcpSseClient();
        builder.Services.AddAkka("scale", (akka, _) => akka.AddHocon(Hocon, HoconAddMode.Prepend).WithMcpSse(configure));
        return builder.Build();
    }

    /// <summary>Starts a host with so many streams of one address, and waits until all of them are connected.</summary>
    public static Task ConnectAsync(int streams, string url, Action<McpSseBuilder> configure) => ConnectAsync(streams, mcp =>
    {
        for (var i = 0; i < streams; i++)
            mcp.AddStream(url, options => Quick(options) with { Name = $"stream-{i}" });
        configure(mcp);
    });

    /// <summary>Starts a host, and waits until all of its streams are connected.</summary>
    public static async Task ConnectAsync(int streams, Action<McpSseBuilder> configure)
    {
        var host = Build(configure);
        var connected = new CountdownEvent(streams);
        using var states = host.Services.GetRequiredService<IMcpSseClient>().OnStateChanged(change =>
        {
            if (change.NewState is ConnectionState.Connected && !connected.IsSet)
                connected.Signal();
        });
        await host.StartAsync();
        await Task.Run(connected.Wait);
    }

    /// <summary>Options for what is measured here: no event is logged, and a lost connection is opened again as soon as can be, for ever, also one that did not last.</summary>
    public static StreamOptions Quick(StreamOptions options) => options with
    {
        EnableEventLogging = false,
        InitialReconnectDelay = TimeSpan.FromMilliseconds(1),
        MaxReconnectDelay = TimeSpan.FromMilliseconds(1),
        Jitter = 0,
        MaxReconnectAttempts = -1,
    };
}

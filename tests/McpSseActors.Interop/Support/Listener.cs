using System.Collections.Concurrent;
using Akka.Actor;
using Akka.Hosting;
using McpSseActors.Hosting;
using McpSseActors.TestSupport;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Shouldly;

namespace McpSseActors.Interop.Support;

/// <summary>A host as users build it, that listens to one server.</summary>
internal sealed class Listener : IAsyncDisposable
{
    private readonly ConcurrentQueue<McpEvent> _events = new();
    private readonly ConcurrentQueue<StreamStateChanged> _changes = new();
    private readonly IHost _host;

    private Listener(string url, Func<StreamOptions, StreamOptions> configure)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddMcpSseClient();
        builder.Services.AddAkka("interop", (akka, _) => akka
            .AddHocon("akka.loglevel = OFF\nakka.stdout-loglevel = OFF", HoconAddMode.Prepend)
            .WithMcpSse(mcp => mcp
                .AddStream(url, stream => configure(stream with
                {
                    InitialReconnectDelay = TimeSpan.FromMilliseconds(100),
                    MaxReconnectDelay = TimeSpan.FromMilliseconds(300),
                    MaxReconnectAttempts = -1,
                    EnableEventLogging = false,
                }))
                .AddHandler(_events.Enqueue))
            .WithActors((system, _) => system.EventStream.Subscribe(system.ActorOf(Props.Create(() => new Watch(_changes))), typeof(StreamStateChanged))));
        _host = builder.Build();
    }

    public IMcpSseClient Client => _host.Services.GetRequiredService<IMcpSseClient>();

    /// <summary>How many events of a type have come.</summary>
    public int Count(string type) => _events.Count(received => received.EventType == type);

    /// <summary>Why its states changed, in their order.</summary>
    public IEnumerable<string> Reasons => _changes.Select(change => change.Reason);

    /// <summary>The data of all events of a type.</summary>
    public IEnumerable<string> Said(string type) => _events.Where(received => received.EventType == type).Select(received => received.Data.GetRawText());

    public async Task<StreamStats> StatsAsync() => await Client.GetStatsAsync();

    public async Task<McpStatus> McpAsync() => (await StatsAsync()).Mcp.ShouldNotBeNull();

    public Task HearAsync(string type, int since) => Eventually.HoldsAsync(() => Count(type).ShouldBeGreaterThan(since, type));

    public Task LoseAsync() => Eventually.HoldsAsync(async () => (await Client.IsConnectedAsync()).ShouldBeFalse());

    public static Task<Listener> StartAsync(RealServer server, string transport) => StartAsync(server.Url, server.Resource, transport);

    public static Task<Listener> StartAsync(string url, string resource, string transport) => StartAsync(url, stream => stream with
    {
        Transport = StreamTransport.Parse(transport),
        Mcp = new McpListenOptions { LogLevel = "debug", Resources = [resource], ReadOnResync = true },
    });

    public static async Task<Listener> StartAsync(string url, Func<StreamOptions, StreamOptions> configure)
    {
        var listener = new Listener(url, configure);
        await listener._host.StartAsync();
        return listener;
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private sealed class Watch : ReceiveActor
    {
        public Watch(ConcurrentQueue<StreamStateChanged> changes) => Receive<StreamStateChanged>(changes.Enqueue);
    }
}

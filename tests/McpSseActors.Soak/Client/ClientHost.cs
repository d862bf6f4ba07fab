using Akka.Actor;
using Akka.Hosting;
using McpSseActors.Hosting;
using McpSseActors.Soak.Support;
using McpSseActors.TestServer.Faults;
using McpSseActors.TestServer.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpSseActors.Soak.Client;

/// <summary>A host as users build it, with timeouts so short that each fault is over soon.</summary>
internal sealed class ClientHost : IAsyncDisposable
{
    public const string Stream = "soak";

    private static readonly TimeSpan Timeout = TimeSpan.FromSeconds(1);

    // Ctrl-C is this program's matter, not Akka's.
    private const string Hocon = """
        akka.loglevel = INFO
        akka.stdout-loglevel = OFF
        akka.loggers = []
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        """;

    private readonly IHost _host;

    private ClientHost(IHost host) => _host = host;

    public int Actors => ActorCount.Of(_host.Services.GetRequiredService<ActorSystem>());

    public static async Task<ClientHost> StartAsync(int port, Ledger ledger, string positions, Mishaps mishaps)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddSingleton(ledger);
        builder.Services.AddMcpSseClient();
        builder.Services.AddAkka("soak", (akka, _) => akka
            .AddHocon(Hocon, HoconAddMode.Prepend)
            .WithActors((system, _, _) => system.ActorOf(Props.Create(() => new Listener(mishaps)), "listener"))
            .WithMcpSse(mcp => mcp
                .AddStream($"http://127.0.0.1:{port}{FaultServer.EventsPath}", Configure)
                .AddHandler<CheckingHandler>()
                .WithDurableDelivery(delivery => delivery.InFile(positions))));
        var host = new ClientHost(builder.Build());
        await host._host.StartAsync();
        return host;
    }

    public Task<StreamStats> GetStatsAsync() => _host.Services.GetRequiredService<IMcpSseClient>().GetStatsAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private static StreamOptions Configure(StreamOptions options) => options with
    {
        Name = Stream,
        ConnectionTimeout = Timeout,
        ReadTimeout = Timeout,
        InitialReconnectDelay = TimeSpan.FromMilliseconds(50),
        MaxReconnectDelay = Timeout,
        MaxReconnectAttempts = -1,
        MaxEventSize = Faults.MaxEventSize,
    };
}

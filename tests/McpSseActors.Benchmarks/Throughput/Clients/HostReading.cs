using Akka.Hosting;
using McpSseActors.Benchmarks.Delivery;
using McpSseActors.Hosting;
using McpSseActors.TestServer.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpSseActors.Benchmarks.Throughput.Clients;

/// <summary>A host as users build it, with handlers but without a stream: adding that is what is measured.</summary>
internal sealed class HostReading : IReading
{
    // Ctrl-C is this program's matter, not Akka's.
    public const string Hocon = """
        akka.loglevel = WARNING
        akka.stdout-loglevel = OFF
        akka.loggers = []
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        """;

    private readonly IHost _host;
    private readonly Goal _goal;
    private readonly string _transport;
    private readonly bool _isLogged;
    private readonly BenchmarkStore? _store;

    private HostReading(IHost host, Goal goal, string transport, bool isLogged, BenchmarkStore? store) =>
        (_host, _goal, _transport, _isLogged, _store) = (host, goal, transport, isLogged, store);

    public IReadOnlyList<Seen> Seen => _goal.Seen;

    /// <summary>The name of a client of this library.</summary>
    public static string NameOf(string key, string? store, bool isLogged) => isLogged ? $"{key}-logged" : store is null ? key : $"{key}-{store}";

    /// <summary>What a client of this library is.</summary>
    public static string TitleOf(string handlers, string? store, bool isLogged) =>
        isLogged ? $"{handlers}, event logging" : store is null ? $"McpSseActors, {handlers}" : $"{handlers}, positions in {store}";

    public static async Task<IReading> StartAsync(
        Goal goal, string transport, Action<McpSseBuilder> configure, string? positionsIn = null, bool isLogged = false)
    {
        var store = positionsIn is null ? null : await BenchmarkStore.CreateAsync(positionsIn);
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddSingleton<IHostLifetime, NoSignals>();
        builder.Services.AddMcpSseClient();
        builder.Services.AddAkka("benchmark", (akka, _) => akka.AddHocon(Hocon, HoconAddMode.Prepend).WithMcpSse(mcp =>
        {
            configure(mcp);
            if (store is not null)
                mcp.WithDurableDelivery(delivery => delivery.In(store.Open));
        }));
        var host = builder.Build();
        await host.StartAsync();
        return new HostReading(host, goal, transport, isLogged, store);
    }

    public async Task ReadAsync(Uri address, CancellationToken cancellation)
    {
        var stream = new StreamOptions
        {
            Name = "benchmark",
            Enabled = true,
            ServerUrl = address.ToString(),
            Transport = StreamTransport.Parse(_transport),
            EnableEventLogging = _isLogged,
        };
        await _host.Services.GetRequiredService<IMcpSseClient>().AddStreamAsync(stream, cancellation: cancellation);
        await _goal.Reached.WaitAsync(cancellation);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
        if (_store is not null)
            await _store.DisposeAsync();
    }
}

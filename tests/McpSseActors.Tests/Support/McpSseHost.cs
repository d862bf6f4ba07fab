using Akka.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpSseActors.Tests.Support;

/// <summary>A host as users build it, with serialised messages, and its client.</summary>
public sealed class McpSseHost : IAsyncDisposable
{
    private readonly IHost _host;
    private readonly StateLog _states = new();

    private McpSseHost(IHost host) => _host = host;

    public IMcpSseClient Client => _host.Services.GetRequiredService<IMcpSseClient>();

    public IActorRef McpSse => _host.Services.GetRequiredService<IRequiredActor<McpSse>>().ActorRef;

    public ActorSystem System => _host.Services.GetRequiredService<ActorSystem>();

    /// <summary>A service of the host.</summary>
    public T Service<T>()
        where T : notnull => _host.Services.GetRequiredService<T>();

    /// <summary>Every state change since the start.</summary>
    public StateLog States => _states;

    /// <summary>Waits until this holds of the statistics of a stream, or of the only one.</summary>
    public Task StatsHoldAsync(Action<StreamStats> assertion, string? stream = null) =>
        Eventually.HoldsAsync(async () => assertion(await Within.LimitAsync(Client.GetStatsAsync(stream))));

    public static async Task<McpSseHost> StartAsync(
        Action<McpSseBuilder> configure,
        string hocon = "",
        Action<IServiceCollection>? services = null,
        Action<ActorSystem>? watch = null,
        string name = "test",
        Action<AkkaConfigurationBuilder>? akka = null)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        McpSseHost? made = null;
        services?.Invoke(builder.Services);
        builder.Services.AddMcpSseClient();
        builder.Services.AddAkka(name, (system, _) =>
        {
            system
            .AddHocon("""
                akka.actor.serialize-messages = on
                akka.loglevel = WARNING
                akka.stdout-loglevel = OFF
                akka.loggers = []
                mcp-sse.ask-timeout = 60s

                """ + hocon, HoconAddMode.Prepend)
            .WithActors((actors, _, _) =>
            {
                actors.EventStream.Subscribe(
                    actors.ActorOf(Props.Create(() => new StateLog.Listener(made!._states)), "states"), typeof(StreamStateChanged));
                watch?.Invoke(actors);
            })
            .WithMcpSse(configure);
            akka?.Invoke(system);
        });
        made = new McpSseHost(builder.Build());
        await made._host.StartAsync();
        return made;
    }

    public async Task StopAsync() => await _host.StopAsync();

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }
}

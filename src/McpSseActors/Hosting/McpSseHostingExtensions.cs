using Akka;
using Akka.Actor;
using Akka.Hosting;
using McpSseActors.Actors;
using McpSseActors.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace McpSseActors.Hosting;

/// <summary>Adds the streams to an actor system, and their client to a host's services.</summary>
public static class McpSseHostingExtensions
{
    /// <summary>The name of the actor under <c>/user</c>.</summary>
    public const string ActorName = "mcp-sse";

    /// <summary>
    /// Starts the <see cref="McpSse"/> actor with the streams and handlers that <paramref name="configure"/> names. Ask it through
    /// <c>IRequiredActor&lt;McpSse&gt;</c>. When the host stops, nothing more is read, and what is in flight has each stream's
    /// <see cref="StreamOptions.ShutdownTimeout"/> to be handled.
    /// </summary>
    /// <param name="builder">The actor system's builder, from <c>AddAkka</c>.</param>
    /// <param name="configure">Names the streams and handlers.</param>
    /// <exception cref="McpSseConfigurationException">The configuration is faulty; names every fault.</exception>
    public static AkkaConfigurationBuilder WithMcpSse(this AkkaConfigurationBuilder builder, Action<McpSseBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var mcp = new McpSseBuilder();
        configure(mcp);
        var setup = mcp.Build();
        return builder
            .AddHocon(ShutdownPhase(builder, setup), HoconAddMode.Prepend)
            .AddHocon(PipelineSettings.Reference, HoconAddMode.Append)
            .WithActors((system, registry, _) =>
            {
                var supervisor = system.ActorOf(McpSseSupervisor.Props(setup), ActorName);
                registry.Register<McpSse>(supervisor);
                CoordinatedShutdown.Get(system).AddTask(
                    CoordinatedShutdown.PhaseBeforeServiceUnbind,
                    "mcp-sse-drain",
                    () => DrainAsync(supervisor, LongestShutdown(setup)));
            });
    }

    /// <summary>Adds <see cref="IMcpSseClient"/> for callers without actors.</summary>
    /// <param name="services">The host's services, to which <c>AddAkka(...).WithMcpSse(...)</c> belongs as well.</param>
    public static IServiceCollection AddMcpSseClient(this IServiceCollection services) =>
        services.AddSingleton<IMcpSseClient>(provider =>
            new McpSseClient(provider.GetRequiredService<ActorSystem>(), provider.GetRequiredService<IRequiredActor<McpSse>>()));

    private static async Task<Done> DrainAsync(IActorRef supervisor, TimeSpan limit)
    {
        await supervisor.Ask<ShutDownCompleted>(ShutDown.Instance, limit).ConfigureAwait(false);
        return Done.Instance;
    }

    // The phase must outlast the streams' own limits, or it would cut them short; what the host wants longer stays so.
    private static string ShutdownPhase(AkkaConfigurationBuilder builder, McpSseSetup setup)
    {
        const string key = "akka.coordinated-shutdown.phases.before-service-unbind.timeout";
        var ofHost = builder.Configuration.HasValue ? builder.Configuration.Value.GetTimeSpan(key, TimeSpan.Zero) : TimeSpan.Zero;
        var longest = Math.Max(ofHost.TotalMilliseconds, LongestShutdown(setup).TotalMilliseconds);
        return $"{key} = {(long)longest}ms";
    }

    private static TimeSpan LongestShutdown(McpSseSetup setup) =>
        setup.Streams.Select(s => s.ShutdownTimeout).DefaultIfEmpty(TimeSpan.Zero).Max() + TimeSpan.FromSeconds(5);
}

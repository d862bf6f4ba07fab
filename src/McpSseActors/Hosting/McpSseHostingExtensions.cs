using System.Collections.Immutable;
using Akka;
using Akka.Actor;
using Akka.Configuration;
using Akka.Hosting;
using McpSseActors.Actors;
using McpSseActors.Configuration;
using McpSseActors.DeadLetters;
using McpSseActors.Telemetry;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;

namespace McpSseActors.Hosting;

/// <summary>Adds the streams to an actor system, and their client to a host's services.</summary>
public static class McpSseHostingExtensions
{
    /// <summary>The name of the actor under <c>/user</c>.</summary>
    public const string ActorName = "mcp-sse";

    private const string Limit = "mcp-sse.shutdown-limit";

    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestWriting = TimeSpan.FromSeconds(1);

    /// <summary>
    /// Starts the <see cref="McpSse"/> actor with the streams and handlers that <paramref name="configure"/> names. Ask it through
    /// <c>IRequiredActor&lt;McpSse&gt;</c>. When the host stops, nothing more is read, and what is in flight has each stream's
    /// <see cref="StreamOptions.ShutdownTimeout"/> to be handled, <c>mcp-sse.shutdown-limit</c> at the most.
    /// </summary>
    /// <param name="builder">The actor system's builder, from <c>AddAkka</c>.</param>
    /// <param name="configure">Names the streams and handlers.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="McpSseConfigurationException">The configuration is faulty; names every fault.</exception>
    /// <exception cref="InvalidOperationException">It was called before for the same actor system.</exception>
    public static AkkaConfigurationBuilder WithMcpSse(this AkkaConfigurationBuilder builder, Action<McpSseBuilder> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return builder.WithStreams(configure, ShutdownPhase, (system, registry, setup) =>
        {
            var supervisor = system.ActorOf(SupervisorProps(setup, system), ActorName);
            registry.Register<McpSse>(supervisor);
            CoordinatedShutdown.Get(system).AddTask(
                CoordinatedShutdown.PhaseBeforeServiceUnbind,
                "mcp-sse-drain",
                () => DrainAsync(supervisor, system));
            return Task.CompletedTask;
        });
    }

    /// <summary>Adds what every host of streams needs, and checks them when it starts.</summary>
    /// <param name="builder">The actor system's builder.</param>
    /// <param name="configure">Names the streams and handlers.</param>
    /// <param name="hocon">HOCON that overrides the host's.</param>
    /// <param name="start">Starts the actors.</param>
    internal static AkkaConfigurationBuilder WithStreams(
        this AkkaConfigurationBuilder builder,
        Action<McpSseBuilder> configure,
        Func<AkkaConfigurationBuilder, McpSseSetup, string> hocon,
        Func<ActorSystem, IActorRegistry, McpSseSetup, Task> start)
    {
        builder.RefuseSecondCall();
        var mcp = new McpSseBuilder();
        configure(mcp);
        var setup = mcp.Build();
        return builder
            .AddHocon(hocon(builder, setup), HoconAddMode.Prepend)
            .WithReference()
            .WithActors((system, registry, resolver) =>
            {
                var changed = Change(setup, resolver.GetService<IEnumerable<StreamChange>>());
                StartCheck.Run(changed, system);
                return start(system, registry, changed);
            });
    }

    /// <summary>Adds the defaults of the library, and marks the actor system as one whose streams can be asked.</summary>
    internal static AkkaConfigurationBuilder WithReference(this AkkaConfigurationBuilder builder) => builder
        .AddHocon($"{StartCheck.Marker} = on", HoconAddMode.Prepend)
        .AddHocon(PipelineSettings.Reference, HoconAddMode.Append)
        .AddHocon(SourceLogger.DefaultHocon, HoconAddMode.Append)
        .AddHocon(RuntimeScheduler.DefaultHocon, HoconAddMode.Append);

    /// <exception cref="InvalidOperationException">The actor system has streams already.</exception>
    internal static void RefuseSecondCall(this AkkaConfigurationBuilder builder)
    {
        if (StartCheck.IsHosted(builder.Configuration.GetOrElse(Config.Empty)))
            throw new InvalidOperationException("WithMcpSse was called twice for one actor system. Name all streams and handlers in one call.");
    }

    /// <summary>
    /// Changes the options of every stream that the host starts with, wherever they come from: for what all streams share, and for tests. Calls
    /// add up, and come after <see cref="DurableDelivery.OnRestore"/>. Streams that are added later, and keys that a reloaded file changes, are not affected.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="configure">Changes the options of one stream, but not its name: <c>o => o with { Credentials = source }</c>.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection ConfigureMcpSseStreams(this IServiceCollection services, Func<StreamOptions, StreamOptions> configure)
    {
        ArgumentNullException.ThrowIfNull(configure);
        return services.AddSingleton(new StreamChange(configure));
    }

    /// <summary>
    /// Adds a health check of the streams to those of the host's <c>AddHealthChecks</c>, for example for ASP.NET's <c>MapHealthChecks</c>. Healthy: every enabled stream is connected, or was
    /// stopped on purpose. Degraded: one is about to connect, waits to connect again, or has a handler that stopped, or there are more dead letters than <see cref="DeadLetterLimits.WarnAbove"/>. Unhealthy: one has failed, or the streams do not answer
    /// within <c>mcp-sse.ask-timeout</c> (default 5 seconds). The description names the streams that are not connected with their reasons;
    /// the data has the <see cref="StreamStats"/> of each by its name. Neither holds a secret.
    /// </summary>
    /// <param name="builder">The actor system's builder, from <c>AddAkka</c>, that has <see cref="WithMcpSse"/> as well.</param>
    /// <param name="name">The check's name; default <c>mcp-sse</c>.</param>
    /// <param name="failureStatus">What a failed stream makes of it; null is <see cref="HealthStatus.Unhealthy"/>.</param>
    /// <param name="tags">The check's tags, to choose checks by; Akka.Hosting adds <c>akka</c>. Null is none.</param>
    /// <returns>The builder.</returns>
    public static AkkaConfigurationBuilder WithMcpSseHealthCheck(
        this AkkaConfigurationBuilder builder, string name = ActorName, HealthStatus? failureStatus = null, IEnumerable<string>? tags = null) =>
        builder.WithHealthCheck(name, new McpSseHealthCheck(), failureStatus, tags ?? []);

    /// <summary>Adds <see cref="IMcpSseClient"/> for callers without actors.</summary>
    /// <param name="services">The host's services, to which <c>AddAkka(...).WithMcpSse(...)</c> belongs as well.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddMcpSseClient(this IServiceCollection services) =>
        services.AddSingleton<IMcpSseClient>(provider =>
            new McpSseClient(provider.GetService<ActorSystem>() ?? throw McpSseClient.Missing(), provider.GetRequiredService<IRequiredActor<McpSse>>()));

    /// <summary>
    /// Adds <c>IOptions&lt;McpSseOptions&gt;</c>, read from a section as <see cref="SectionConfiguration"/> does, and checked when the host starts: a
    /// faulty section stops it with <see cref="OptionsValidationException"/>, one failure for each fault. Rules of your own are added with
    /// <c>services.AddOptions&lt;McpSseOptions&gt;().Validate(…)</c>. The streams take them with <see cref="McpSseBuilder.FromOptions"/>.
    /// </summary>
    /// <param name="services">The host's services.</param>
    /// <param name="section">The section, usually <c>configuration.GetSection("mcp_sse")</c>.</param>
    /// <returns>The services.</returns>
    public static IServiceCollection AddMcpSseOptions(this IServiceCollection services, IConfiguration section)
    {
        ArgumentNullException.ThrowIfNull(section);
        services.AddSingleton<IOptionsFactory<McpSseOptions>>(provider => ActivatorUtilities.CreateInstance<McpSseOptionsFactory>(provider, section));
        services.AddSingleton<IValidateOptions<McpSseOptions>, McpSseOptionsValidation>();
        services.AddOptions<McpSseOptions>().ValidateOnStart();
        return services;
    }

    // Closes the first stores if another cannot be opened.
    internal static Props SupervisorProps(McpSseSetup setup, ActorSystem system)
    {
        var opened = new List<IAsyncDisposable>();
        try
        {
            var stores = new Stores(Open(setup.OpenPositions), Open(setup.OpenDeadLetters) ?? new MemoryDeadLetterStore(), Open(setup.OpenStreams));
            // The end of the host waits for this, so that the next one finds its files free.
            foreach (var store in opened)
                CoordinatedShutdown.Get(system).AddTask(
                    CoordinatedShutdown.PhaseBeforeActorSystemTerminate, $"mcp-sse-{store.GetType().Name}", () => DisposeAsync(store));
            return McpSseSupervisor.Props(setup, stores);
        }
        catch
        {
            foreach (var store in opened)
                _ = store.DisposeAsync().AsTask();
            throw;
        }

        T? Open<T>(Func<T>? open)
            where T : class, IAsyncDisposable
        {
            var store = open?.Invoke();
            if (store is not null)
                opened.Add(store);
            return store;
        }
    }

    private static async Task<Done> DisposeAsync(IAsyncDisposable store)
    {
        await store.DisposeAsync().ConfigureAwait(false);
        return Done.Instance;
    }

    private static McpSseSetup Change(McpSseSetup setup, IEnumerable<StreamChange> changes)
    {
        if (!changes.Any())
            return setup;
        ImmutableArray<StreamOptions> streams = [.. setup.Streams.Select(stream => changes.Aggregate(stream, (options, change) => change.Configure(options) with { Name = stream.Name }))];
        var faults = OptionsValidation.Check(streams);
        return faults.IsEmpty
            ? setup with { Streams = streams, Restore = stored => changes.Aggregate(setup.Restore(stored), (options, change) => change.Configure(options)) }
            : throw new McpSseConfigurationException(faults);
    }

    // The supervisor keeps every limit itself, unless it was stopped. What a logger has not read when the system ends would go to
    // standard output.
    private static async Task<Done> DrainAsync(IActorRef supervisor, ActorSystem system)
    {
        var drained = supervisor.Ask<ShutDownCompleted>(ShutDown.Instance, Timeout.InfiniteTimeSpan);
        await Task.WhenAny(drained, supervisor.WatchAsync()).ConfigureAwait(false);
        await new LoggerFence(system).WrittenAsync().WaitAsync(LongestWriting).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        return Done.Instance;
    }

    // The phase must outlast every stream's own limit, also that of one that is added later, or it would cut it short; what the host wants
    // longer stays so. It ends as soon as the streams have.
    private static string ShutdownPhase(AkkaConfigurationBuilder builder, McpSseSetup setup)
    {
        const string phase = "akka.coordinated-shutdown.phases.before-service-unbind.timeout";
        var longest = LongestDrain(builder, setup, PipelineSettings.Reference.GetTimeSpan(Limit));
        var timeout = new[] { longest + Margin, builder.Configuration.GetOrElse(Config.Empty).GetTimeSpan(phase, TimeSpan.Zero) }.Max();
        return $"""
            {LimitOf(longest)}
            {phase} = {(long)timeout.TotalMilliseconds}ms
            """;
    }

    /// <summary>The longest <c>shutdown_timeout</c> of the streams of the start, or the limit of the host if that is longer.</summary>
    /// <param name="builder">What the host sets.</param>
    /// <param name="setup">The streams.</param>
    /// <param name="usual">The limit if the host sets none.</param>
    internal static TimeSpan LongestDrain(AkkaConfigurationBuilder builder, McpSseSetup setup, TimeSpan usual) => setup.Streams.Select(s => s.ShutdownTimeout)
        .Append(builder.Configuration.GetOrElse(Config.Empty).GetTimeSpan(Limit, usual)).Max();

    /// <summary>HOCON with the limit of all streams.</summary>
    internal static string LimitOf(TimeSpan longest) => $"{Limit} = {(long)longest.TotalMilliseconds}ms";
}

/// <summary>One call of <c>ConfigureMcpSseStreams</c>.</summary>
internal sealed record StreamChange(Func<StreamOptions, StreamOptions> Configure);

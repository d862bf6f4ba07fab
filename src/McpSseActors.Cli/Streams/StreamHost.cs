using Akka.Configuration;
using Akka.Event;
using Akka.Hosting;
using Akka.Logger.Serilog;
using McpSseActors.Cli.Logging;
using McpSseActors.Hosting;
using McpSseActors.TestServer.Web;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Serilog;
using LogLevel = Akka.Event.LogLevel;

namespace McpSseActors.Cli.Streams;

/// <summary>What a command wants of its streams.</summary>
internal sealed record StreamHostSetup
{
    /// <summary>The streams.</summary>
    public required McpSseOptions Options { get; init; }

    /// <summary>Whether they came from a file, whose changes are applied.</summary>
    public bool IsFile { get; init; }

    /// <summary>Where their positions are stored; null for nowhere, regardless of the file. The host disposes it.</summary>
    public IPositionStore? Positions { get; init; }

    /// <summary>Where their dead letters are kept; null for memory. The host disposes it.</summary>
    public IDeadLetterStore? DeadLetters { get; init; }

    /// <summary>Adds the handlers.</summary>
    public required Action<McpSseBuilder> Handlers { get; init; }

    /// <summary>What the handlers' constructors ask for.</summary>
    public Action<IServiceCollection> Services { get; init; } = _ => { };

    /// <summary>Told of each state change.</summary>
    public Action<StreamStateChanged> OnState { get; init; } = _ => { };

    /// <summary>Whether everything is logged.</summary>
    public bool Verbose { get; init; }

    /// <summary>Whether the command itself prints events and state changes.</summary>
    public bool Reported { get; init; } = true;
}

/// <summary>Runs streams with their handlers in a separate host.</summary>
internal sealed class StreamHost : IAsyncDisposable
{
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(5);

    // The commands decide when to end, not Akka's own Ctrl-C; and standard output belongs to them until the last moment.
    private static readonly Config Quiet = $"""
        akka.coordinated-shutdown.run-by-clr-shutdown-hook = off
        akka.stdout-loglevel = OFF
        akka.stdout-logger-class = "{typeof(SilentLogger).AssemblyQualifiedName}"
        """;

    private readonly IHost _host;
    private readonly TimeProvider _time;
    private readonly TimeSpan _shutdownTimeout;

    private StreamHost(IHost host, StreamWatch watch, TimeProvider time, TimeSpan shutdownTimeout)
    {
        _host = host;
        _time = time;
        _shutdownTimeout = shutdownTimeout;
        Watch = watch;
        Client = host.Services.GetRequiredService<IMcpSseClient>();
    }

    /// <summary>What can be asked of the streams.</summary>
    public IMcpSseClient Client { get; }

    /// <summary>How the streams fare.</summary>
    public StreamWatch Watch { get; }

    /// <summary>Builds and starts a host.</summary>
    /// <exception cref="OperationCanceledException">The end was asked for before the start.</exception>
    public static async Task<StreamHost> StartAsync(CliEnvironment environment, StreamHostSetup setup, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        var watch = new StreamWatch(setup.Options, setup.OnState);
        var shutdownTimeout = setup.Options.Streams.Select(stream => stream.ShutdownTimeout).DefaultIfEmpty(Margin).Max();
        var host = Build(environment, setup, watch, shutdownTimeout);
        try
        {
            // A start that is broken off would leave streams that go on connecting.
            await host.StartAsync(CancellationToken.None).ConfigureAwait(false);
            return new StreamHost(host, watch, environment.Time, shutdownTimeout);
        }
        catch
        {
            host.Dispose();
            throw;
        }
    }

    /// <summary>Disconnects every stream and waits, within the shutdown timeout, until what was received is handled. Gives the final statistics.</summary>
    public async Task<IReadOnlyList<StreamStats>> DrainAsync()
    {
        var before = await Client.GetAllStatsAsync().ConfigureAwait(false);
        // A stream that has not started yet is stopped as well, or it would start now.
        foreach (var stream in before.Where(stream => !StreamWatch.IsAtEnd(stream.State)))
            await Client.StopAsync(stream.Stream).ConfigureAwait(false);
        var final = await SettleAsync(
            all => all.All(stream => stream.InFlight == 0 && StreamWatch.IsAtEnd(stream.State)), _shutdownTimeout).ConfigureAwait(false);
        // The watch hears of the last changes after all requests for statistics, and ends with the host.
        if (final.All(stream => StreamWatch.IsAtEnd(stream.State)))
            await Watch.AllEnded.IsDoneWithinAsync(Margin, _time, CancellationToken.None).ConfigureAwait(false);
        var granted = before.ToDictionary(stream => stream.Stream, stream => stream.Mcp?.Granted, StringComparer.Ordinal);
        // Without a connection, nothing is granted.
        return [.. final.Select(stream => stream.Mcp is { } mcp && granted.GetValueOrDefault(stream.Stream) is { } last ? stream with { Mcp = mcp with { Granted = last } } : stream)];
    }

    /// <summary>Asks for the statistics until they are as wanted or the time is up; gives the last ones either way.</summary>
    public async Task<IReadOnlyList<StreamStats>> SettleAsync(Predicate<IReadOnlyList<StreamStats>> wanted, TimeSpan within)
    {
        var start = _time.GetTimestamp();
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(50), _time);
        while (true)
        {
            var stats = await Client.GetAllStatsAsync().ConfigureAwait(false);
            if (wanted(stats) || _time.GetElapsedTime(start) >= within)
                return stats;
            await timer.WaitForNextTickAsync().ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync().ConfigureAwait(false);
        _host.Dispose();
    }

    private static IHost Build(CliEnvironment environment, StreamHostSetup setup, StreamWatch watch, TimeSpan shutdownTimeout)
    {
        var builder = Host.CreateEmptyApplicationBuilder(new HostApplicationBuilderSettings { ApplicationName = "mcp-sse" });
        var log = new CliLog(environment, setup.Options.ConsoleLogLevel, setup.Verbose, setup.Reported);
        setup.Services(builder.Services);
        Log.Logger = SystemLog.Instance;
        builder.Services
            .AddSingleton<IHostLifetime, NoSignals>()
            .Configure<HostOptions>(options => options.ShutdownTimeout = shutdownTimeout + Margin)
            .AddSerilog(log.Logger, dispose: true)
            .AddMcpSseClient()
            .AddAkka("mcp-sse", akka => akka
                .AddHocon(Quiet, HoconAddMode.Prepend)
                .AddSetup(new SystemLog.Of(log.Logger))
                .AddSetup(new LogFilterSetup([new LevelFilter(log.Logger)]))
                .ConfigureLoggers(loggers =>
                {
                    loggers.AddLogger<SerilogLogger>();
                    loggers.LogLevel = WritesAll(setup) ? LogLevel.DebugLevel : LogLevel.InfoLevel;
                })
                .WithActors((system, _) => system.EventStream.Subscribe(system.ActorOf(watch.Props(), "cli-watch"), typeof(StreamStateChanged)))
                .WithMcpSse(streams => setup.Handlers(Streams(streams, setup, watch, log))));
        return builder.Build();
    }

    // Actors remember the level that they started with: one that may change is the log's matter alone.
    private static bool WritesAll(StreamHostSetup setup) =>
        setup.Verbose || setup.IsFile || setup.Options.ConsoleLogLevel is ConsoleLogLevel.Debug;

    private static McpSseBuilder Streams(McpSseBuilder streams, StreamHostSetup setup, StreamWatch watch, CliLog log) =>
        Stored(streams.From(setup.Options with { Delivery = setup.Options.Delivery with { Guarantee = DeliveryGuarantee.AtMostOnce } }), setup).OnReloaded(options =>
        {
            log.ShowFrom(options.ConsoleLogLevel);
            watch.Follow(options);
        });

    private static McpSseBuilder Stored(McpSseBuilder streams, StreamHostSetup setup) => setup.Positions is { } store
        ? streams.WithDurableDelivery(delivery => (setup.DeadLetters is { } letters ? delivery.DeadLettersIn(() => letters) : delivery).In(() => store).OnStoreFailure(setup.Options.Delivery.OnStoreFailure))
        : streams;
}

using McpSseActors.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace McpSseActors.Dashboard.Live;

/// <summary>
/// What the requests and pages of one dashboard share. Asks nothing before the first request; only the history of states begins when the host has
/// started.
/// </summary>
internal sealed class StreamHub
{
    private readonly IServiceProvider _services;
    private readonly Lazy<StreamReadings> _readings;
    private readonly Lazy<StreamSampler> _sampler;
    private readonly Lazy<OpenStreams> _open;

    public StreamHub(IServiceProvider services)
    {
        _services = services;
        Time = services.GetService<TimeProvider>() ?? TimeProvider.System;
        Lifetime = services.GetRequiredService<IHostApplicationLifetime>();
        Log = services.GetRequiredService<ILoggerFactory>().CreateLogger("McpSseActors.Dashboard");
        _readings = new(() => new StreamReadings(Client, Time));
        _sampler = new(() => new StreamSampler(Client, Readings, Time, Log, Lifetime.ApplicationStopping));
        _open = new(() => new OpenStreams(Client, Time));
        Lifetime.ApplicationStarted.Register(() => History.Follow(Client));
        Lifetime.ApplicationStopping.Register(History.Dispose);
    }

    public IMcpSseClient Client => _services.GetRequiredService<IMcpSseClient>();

    public TimeProvider Time { get; }

    public IHostApplicationLifetime Lifetime { get; }

    public ILogger Log { get; }

    /// <summary>The statistics now.</summary>
    public StreamReadings Readings => _readings.Value;

    /// <summary>The statistics of the last minutes, while somebody looks.</summary>
    public StreamSampler Sampler => _sampler.Value;

    /// <summary>The streams that pages show in detail.</summary>
    public OpenStreams Open => _open.Value;

    /// <summary>The states of the streams since the start.</summary>
    public StateHistory History { get; } = new();
}

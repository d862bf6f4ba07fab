using Akka.Configuration;
using McpSseActors.Configuration;
using McpSseActors.Handlers;

namespace McpSseActors.Actors;

/// <summary>The settings of the actors, explained in <c>hocon/mcp-sse.conf</c>.</summary>
internal sealed record PipelineSettings
{
    private const int MostChunksInFlight = 1_000_000;

    public int ChunkSize { get; init; } = 128 * 1024;

    public int ChunksInFlight { get; init; } = 8;

    public int ResumeWindow { get; init; } = 1024;

    public int MaxEventTypes { get; init; } = 1000;

    public long RecentEventsSize { get; init; } = 4 * 1024 * 1024;

    public TimeSpan HandlerWarning { get; init; } = TimeSpan.FromSeconds(30);

    public int ReconnectsPerSecond { get; init; } = 100;

    public TimeSpan AskTimeout { get; init; } = TimeSpan.FromSeconds(5);

    public HandlerSettings Handlers { get; init; } = new();

    /// <summary>Whether events whose payload does not fit become dead letters.</summary>
    public bool KeepsRejectedPayloads { get; init; }

    public TimeSpan ShutdownLimit { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Where the streams run, in a cluster; otherwise null.</summary>
    public Placement? Placement { get; init; }

    public TimeSpan ReloadInterval { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>The number of chunks that what was read counts for: one for each that it has begun, and at least one.</summary>
    public static int ChunksOfRead(int bytes, int chunkSize) => Math.Max(1, (int)(((long)bytes + chunkSize - 1) / chunkSize));

    /// <summary>The number of chunks that events count for: as many as fit into them.</summary>
    public static int ChunksOfEvents(long bytes, int chunkSize) => (int)(bytes / chunkSize);

    /// <summary>Gets the reference configuration, embedded in this assembly.</summary>
    public static Config Reference => McpSseHocon.Reference;

    /// <summary>Reads the settings of a system whose configuration has <see cref="Reference"/> as its fallback.</summary>
    /// <exception cref="McpSseConfigurationException">A value is out of its range.</exception>
    public static PipelineSettings Create(Config config)
    {
        const string Pipeline = "pipeline";
        var all = HoconRule.Block(config.WithFallback(Reference), "", "mcp-sse");
        var pipeline = HoconRule.Block(all, "", Pipeline);
        var settings = new PipelineSettings
        {
            ChunkSize = (int)Math.Min(HoconRule.Bytes(pipeline, Pipeline, "chunk-size"), int.MaxValue),
            ChunksInFlight = HoconRule.Int(pipeline, Pipeline, "chunks-in-flight"),
            ResumeWindow = HoconRule.Int(pipeline, Pipeline, "resume-window"),
            MaxEventTypes = HoconRule.Int(pipeline, Pipeline, "max-event-types"),
            RecentEventsSize = HoconRule.Bytes(pipeline, Pipeline, "recent-events-size"),
            HandlerWarning = HoconRule.Time(pipeline, Pipeline, "handler-warning"),
            ReconnectsPerSecond = HoconRule.Int(all, "", "reconnects-per-second"),
            AskTimeout = HoconRule.Time(all, "", "ask-timeout"),
            Handlers = HandlerSettings.Create(HoconRule.Block(all, "", "handlers")),
            ShutdownLimit = HoconRule.Time(all, "", "shutdown-limit"),
            ReloadInterval = HoconRule.Time(all, "", "reload-interval"),
        };
        settings.Validate();
        return settings;
    }

    /// <summary>The settings together with what the setup says of retries, dead letters and the cluster.</summary>
    public PipelineSettings With(McpSseSetup setup) => this with
    {
        Handlers = Handlers with { Retry = setup.Retry, RetryByName = setup.RetryByHandler },
        Placement = setup.Placement,
        KeepsRejectedPayloads = setup.DeadLetters.KeepRejectedPayloads,
    };

    private void Validate()
    {
        HoconRule.Require(ChunkSize >= 256, "pipeline.chunk-size", "at least 256 bytes");
        HoconRule.Require(ChunksInFlight is >= 1 and <= MostChunksInFlight, "pipeline.chunks-in-flight", $"1 to {MostChunksInFlight}");
        HoconRule.Require(ResumeWindow >= 0, "pipeline.resume-window", "0 or more");
        HoconRule.Require(MaxEventTypes >= 1, "pipeline.max-event-types", "at least 1");
        HoconRule.Require(RecentEventsSize >= 1024, "pipeline.recent-events-size", "at least 1 KiB");
        HoconRule.Require(HandlerWarning > TimeSpan.Zero, "pipeline.handler-warning", "more than 0 s");
        HoconRule.Require(ReconnectsPerSecond >= 1, "reconnects-per-second", "at least 1");
        HoconRule.Require(AskTimeout > TimeSpan.Zero, "ask-timeout", "more than 0 s");
        HoconRule.Require(Handlers.MaxRestarts >= -1, "handlers.max-restarts", "-1 (no limit), 0 or more");
        HoconRule.Require(Handlers.RestartWindow > TimeSpan.Zero, "handlers.restart-window", "more than 0 s");
        HoconRule.Require(Handlers.OverflowSize >= 1024, "handlers.overflow-size", "at least 1 KiB");
        HoconRule.Require(ShutdownLimit > TimeSpan.Zero, "shutdown-limit", "more than 0 s");
        HoconRule.Require(ReloadInterval > TimeSpan.Zero, "reload-interval", "more than 0 s");
    }
}

using Akka.Actor;
using Akka.Event;
using McpSseActors.Actors.Positions;
using McpSseActors.Connections;
using McpSseActors.Mcp;

namespace McpSseActors.Actors.Streams;

/// <summary>Describes the actor of a stream, with the handlers and payloads that the host has for it.</summary>
internal sealed class StreamFactory(McpSseSetup setup, PipelineSettings settings, PositionSettings positions, IActorRef deadLetters, StoredStreams stored)
{
    private readonly SharedByStreams _shared = new(new ReconnectLimiter(settings.ReconnectsPerSecond), new McpEras(), positions, deadLetters, stored);

    public Props Props(StreamOptions options, bool isEnabledByStart) => StreamActor.Props(
        options,
        settings,
        isEnabledByStart,
        [.. setup.Handlers.Where(h => h.Stream is null || h.Stream == options.Name).Select(h => h.Handler)],
        setup.PayloadsOf(options),
        _shared);

    // The scheduler starts with its first timer, and the caller waits until a thread of the pool has begun it. Thousands of streams would take
    // every thread to wait for it.
    public static void WakeScheduler(IScheduler scheduler) => scheduler.Advanced.ScheduleOnce(TimeSpan.Zero, () => { });

    /// <summary>Warns of a <c>shutdown_timeout</c> that the limit of the host cuts short.</summary>
    public void WarnOfLimit(StreamOptions options, ILoggingAdapter log)
    {
        if (options.ShutdownTimeout > settings.ShutdownLimit)
            log.Warning("Stream {Stream} has a shutdown_timeout of {Timeout} s, but mcp-sse.shutdown-limit ends it after {Limit} s",
                options.Name, options.ShutdownTimeout.TotalSeconds, settings.ShutdownLimit.TotalSeconds);
    }
}

/// <summary>What the streams of a host share.</summary>
/// <param name="Reconnects">Limits how many reconnect to one server at a time.</param>
/// <param name="Eras">What was found out about MCP servers.</param>
/// <param name="Positions">Where their positions are stored.</param>
/// <param name="DeadLetters">The actor that keeps what handlers could not handle.</param>
/// <param name="Stored">What was stored at run time.</param>
internal sealed record SharedByStreams(ReconnectLimiter Reconnects, McpEras Eras, PositionSettings Positions, IActorRef DeadLetters, StoredStreams Stored);

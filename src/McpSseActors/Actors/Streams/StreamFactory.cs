using Akka.Actor;
using McpSseActors.Connections;
using McpSseActors.Mcp;

namespace McpSseActors.Actors.Streams;

/// <summary>Describes the actor of a stream, with the handlers and payloads that the host has for it.</summary>
internal sealed class StreamFactory(McpSseSetup setup, PipelineSettings settings)
{
    private readonly SharedByStreams _shared = new(new ReconnectLimiter(settings.ReconnectsPerSecond), new McpEras());

    public Props Props(StreamOptions options) => StreamActor.Props(
        options,
        settings,
        [.. setup.Handlers.Where(h => h.Stream is null || h.Stream == options.Name).Select(h => h.Handler)],
        setup.PayloadsOf(options),
        _shared);
}

/// <summary>What the streams of a host share.</summary>
/// <param name="Reconnects">Limits how many reconnect to one server at a time.</param>
/// <param name="Eras">What was found out about MCP servers.</param>
internal sealed record SharedByStreams(ReconnectLimiter Reconnects, McpEras Eras);

using McpSseActors.Configuration;

namespace McpSseActors.Actors;

/// <summary>
/// A stream's options as they are now. Set by its StreamActor alone, which tells its actors of the change; an actor that is restarted starts
/// from here.
/// </summary>
internal sealed class LiveOptions(StreamOptions options)
{
    private volatile StreamOptions _value = options;

    public StreamOptions Value
    {
        get => _value;
        set => _value = value;
    }

    public static implicit operator LiveOptions(StreamOptions options) => new(options);
}

/// <summary>Supervisor to stream, and on to its actors: these are the options from now on.</summary>
/// <param name="Options">All of them; the name is the same.</param>
/// <param name="Reach">How far the farthest change goes.</param>
internal sealed record Reconfigure(StreamOptions Options, KeyReach Reach) : IPipelineMessage;

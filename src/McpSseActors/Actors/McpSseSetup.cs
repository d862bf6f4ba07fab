using System.Collections.Immutable;
using Akka.Event;
using McpSseActors.Configuration;
using McpSseActors.Events;
using McpSseActors.Mcp;

namespace McpSseActors.Actors;

/// <summary>What the supervisor starts with.</summary>
/// <param name="Streams">The streams, valid and with unique names.</param>
/// <param name="Handlers">The handlers, each for one stream or, with null, for all.</param>
internal sealed record McpSseSetup(ImmutableArray<StreamOptions> Streams, ImmutableArray<(HandlerRegistration Handler, string? Stream)> Handlers)
{
    /// <summary>The payload mappings, each for one stream or, with null, for all; the first that matches a type counts.</summary>
    public ImmutableArray<(PayloadMapping Mapping, string? Stream)> Payloads { get; init; } = [];

    /// <summary>The payloads of a stream.</summary>
    public PayloadMapping[] PayloadsOf(StreamOptions stream) =>
        [.. Payloads.Where(p => p.Stream is null || p.Stream == stream.Name).Select(p => p.Mapping), .. McpPayloads.Of(stream)];

    /// <summary>The files that streams came from.</summary>
    public ImmutableArray<TomlSource> Files { get; init; } = [];

    /// <summary>The file that a stream of the start came from; null for code.</summary>
    public string? FileOf(string stream) => Files.FirstOrDefault(file => file.Options.Streams.Any(s => s.Name == stream))?.Path;

    /// <summary>Opens the store of positions; null if none are stored.</summary>
    public Func<IPositionStore>? OpenPositions { get; init; }

    /// <summary>Opens the store of dead letters; null keeps them in memory.</summary>
    public Func<IDeadLetterStore>? OpenDeadLetters { get; init; }

    /// <summary>Opens the store of streams that are added at run time; null if none are stored.</summary>
    public Func<IStreamStore>? OpenStreams { get; init; }

    /// <summary>Supplies what is not stored of such a stream.</summary>
    public Func<StreamOptions, StreamOptions> Restore { get; init; } = static options => options;

    /// <summary>How many dead letters are kept.</summary>
    public DeadLetterLimits DeadLetters { get; init; } = new();

    /// <summary>What happens to the failed events of handlers that say nothing else; null if they are dropped.</summary>
    public RetryOptions? Retry { get; init; }

    /// <summary>What a file says of retries for handlers by their name.</summary>
    public ImmutableSortedDictionary<string, RetryOverride> RetryByHandler { get; init; } = ImmutableSortedDictionary<string, RetryOverride>.Empty;

    /// <summary>What a stream does while its position or a dead letter cannot be saved.</summary>
    public StoreFailure OnStoreFailure { get; init; }

    /// <summary>Where streams run, if a cluster decides; null if all run here.</summary>
    public Placement? Placement { get; init; }

    /// <summary>The callbacks for a file that was reloaded and is about to be applied.</summary>
    public ImmutableArray<Action<McpSseOptions>> OnReloaded { get; init; } = [];

    /// <summary>Calls them; what one throws is logged.</summary>
    public void NotifyReloaded(McpSseOptions options, ILoggingAdapter log)
    {
        foreach (var callback in OnReloaded)
        {
            try
            {
                callback(options);
            }
            catch (Exception fault)
            {
                log.Error(fault, "A callback for a reloaded configuration failed");
            }
        }
    }
}

/// <summary>This host as a node of a cluster, which opens the streams.</summary>
/// <param name="Node">Its host and port.</param>
/// <param name="Freezes">Notices that the process did not run.</param>
internal sealed record Placement(string Node, FreezeWatch Freezes);

/// <summary>Where what outlives the process is stored; disposed with the actor system.</summary>
/// <param name="Positions">The positions; null if they are not stored.</param>
/// <param name="DeadLetters">The dead letters.</param>
/// <param name="Streams">The streams that are added at run time; null if they are not stored.</param>
internal sealed record Stores(IPositionStore? Positions, IDeadLetterStore DeadLetters, IStreamStore? Streams);

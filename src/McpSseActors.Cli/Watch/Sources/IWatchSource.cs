using System.Collections.Immutable;

namespace McpSseActors.Cli.Watch.Sources;

/// <summary>The source of a live view.</summary>
internal interface IWatchSource
{
    /// <summary>What is watched, for the title.</summary>
    string Name { get; }

    /// <summary>How often it is asked.</summary>
    TimeSpan Period { get; }

    /// <summary>Why a stream cannot be restarted from here; null where it can.</summary>
    string? NoRestart { get; }

    /// <summary>Asks.</summary>
    /// <exception cref="SourceException">The source does not answer.</exception>
    Task<Reading> ReadAsync(EventQuery query, CancellationToken cancellation);

    /// <summary>Restarts a stream in any state.</summary>
    Task RestartAsync(string stream, CancellationToken cancellation);
}

/// <summary>Which events are asked for.</summary>
/// <param name="Stream">Those of this stream; null is the first.</param>
/// <param name="Pattern">Those of these types.</param>
/// <param name="Count">So many at the most, the newest.</param>
internal sealed record EventQuery(string? Stream, EventPattern Pattern, int Count)
{
    /// <summary>The stream whose events are meant: the first one where the named one is not there.</summary>
    public string? StreamAmong(ImmutableArray<StreamStats> streams) =>
        streams.FirstOrDefault(stats => stats.Stream == Stream)?.Stream ?? streams.FirstOrDefault()?.Stream;
}

/// <summary>The state of the streams at one moment.</summary>
/// <param name="Streams">Their statistics, sorted by name.</param>
/// <param name="EventsOf">The stream of the events.</param>
/// <param name="Pattern">Their pattern.</param>
/// <param name="Events">The newest events, oldest first.</param>
/// <param name="NoEvents">The reason why no events are available; null if they are.</param>
internal sealed record Reading(
    ImmutableArray<StreamStats> Streams,
    string? EventsOf,
    EventPattern Pattern,
    ImmutableArray<WatchedEvent> Events,
    string? NoEvents = null);

/// <summary>The source does not answer; the message says why, in words for an operator.</summary>
internal class SourceException(string message) : Exception(message);

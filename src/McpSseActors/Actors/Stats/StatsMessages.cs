using System.Collections.Immutable;
using McpSseActors.Connections;
using McpSseActors.Events;

namespace McpSseActors.Actors.Stats;

/// <summary>Router to statistics: a batch was dispatched.</summary>
internal sealed class BatchDispatched : IPipelineMessage
{
    /// <summary>The events; those that are neither filtered nor repeats are marked as accepted. The statistics release them.</summary>
    public required EventBuffer Events { get; init; }

    /// <summary>The number of events of each type, including repeats and filtered events.</summary>
    public required (string Type, int Count)[] Received { get; init; }

    public required int Dispatched { get; init; }

    public required int Filtered { get; init; }

    public required int Unhandled { get; init; }

    public required int Duplicates { get; init; }

    /// <summary>The events of this connection that have proved to be repeats after they went to handlers as new ones.</summary>
    public int MissedDuplicates { get; init; }

    /// <summary>The accepted events whose payload did not fit.</summary>
    public int PayloadFaults { get; init; }

    public required LeftOut LeftOut { get; init; }

    public required int Comments { get; init; }

    public required int Bytes { get; init; }

    public required string LastEventId { get; init; }
}

/// <summary>Router to statistics: every handler has finished a batch.</summary>
/// <param name="Events">The events of it that went to a handler.</param>
/// <param name="Duration">The time since it was dispatched.</param>
internal sealed record BatchHandled(int Events, TimeSpan Duration) : IPipelineMessage;

/// <summary>Stream to statistics: everything up to this ID is handled.</summary>
internal sealed record PositionMoved(string LastEventId) : IPipelineMessage;

/// <summary>Stream to statistics: what became of the position in its store.</summary>
/// <param name="SavedAt">When it was saved last; null if that has not changed.</param>
/// <param name="Fault">The reason why it cannot be saved now; null if it can.</param>
internal sealed record PositionStoreReported(DateTimeOffset? SavedAt, string? Fault) : IPipelineMessage;

/// <summary>Router to statistics: it was restarted, and this is in flight.</summary>
/// <param name="Events">The events that went to a handler and are not handled yet.</param>
internal sealed record InFlightCounted(int Events) : IPipelineMessage;

/// <summary>Router to statistics: a handler threw.</summary>
internal sealed record HandlerFailed : IPipelineMessage;

/// <summary>Router to statistics: a handler waits after failures, or goes on.</summary>
/// <param name="Name">Its name.</param>
/// <param name="State">Its state.</param>
internal sealed record HandlerStateChanged(string Name, HandlerState State) : IPipelineMessage;

/// <summary>Router to statistics: a handler that the router created, or should have created, has stopped.</summary>
/// <param name="Handler">The handler and the reason.</param>
internal sealed record HandlerLost(StoppedHandler Handler) : IPipelineMessage;

/// <summary>Router to statistics: a handler was added or removed, so a stopped one of its name is forgotten.</summary>
/// <param name="Name">The name.</param>
internal sealed record HandlerForgotten(string Name) : IPipelineMessage;

/// <summary>Router to statistics: so many handlers are there now.</summary>
/// <param name="Global">The handlers of all types.</param>
/// <param name="ByType">The others, by their pattern.</param>
internal sealed record HandlersChanged(int Global, ImmutableSortedDictionary<string, int> ByType) : IPipelineMessage;

/// <summary>Stream to statistics: the status of an MCP stream has changed.</summary>
/// <param name="Status">All of it.</param>
internal sealed record McpChanged(McpStatus Status) : IPipelineMessage;

/// <summary>Connection to statistics: the connection proved healthy, and failures are counted from zero.</summary>
internal sealed record AttemptsReset : IPipelineMessage;

/// <summary>Supervisor or queue to statistics: events were dropped.</summary>
/// <param name="Reason">One of <see cref="DropReasons"/>.</param>
/// <param name="Events">How many.</param>
internal sealed record EventsDropped(string Reason, int Events) : IPipelineMessage;

/// <summary>Queue to statistics: the stream is ending, and waits for these events as well.</summary>
/// <param name="Events">How many.</param>
internal sealed record EventsWaiting(int Events) : IPipelineMessage;

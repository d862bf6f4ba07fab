using System.Collections.Immutable;

namespace McpSseActors.Actors;

/// <summary>Supervisor to stream: disconnect, let the handlers finish what is in flight, and stop. Reply: <see cref="StreamDrained"/>.</summary>
/// <param name="Reason">The reason of the state change, for an operator.</param>
/// <param name="IsRemoved">Whether it does not come back with the next process.</param>
internal sealed record EndStream(string Reason, bool IsRemoved) : IPipelineMessage
{
    public static readonly EndStream HostStops = new("the host shuts down", IsRemoved: false);

    public static readonly EndStream Moves = new("moves to another node", IsRemoved: false);

    public static readonly EndStream Removed = new("removed", IsRemoved: true);
}

/// <summary>Stream to supervisor: nothing is left in flight, or <c>shutdown_timeout</c> has passed. The stream stops its actors now.</summary>
/// <param name="Unhandled">The number of events that no handler finished.</param>
internal sealed record StreamDrained(long Unhandled) : IPipelineMessage;

/// <summary>Connection to stream: the connection has a new state.</summary>
/// <param name="State">The new state.</param>
/// <param name="Reason">The reason, for an operator.</param>
/// <param name="Url">The address in use.</param>
/// <param name="Attempt">The failures in a row.</param>
/// <param name="RetryIn">The time until the next attempt; null if none is due.</param>
internal sealed record ReportState(ConnectionState State, string Reason, Uri Url, int Attempt, TimeSpan? RetryIn = null) : IPipelineMessage;

/// <summary>Stream to statistics and states: the state has changed. What anyone can create, a <see cref="StreamStateChanged"/>, is only published.</summary>
/// <param name="Change">The change.</param>
internal sealed record StateReported(StreamStateChanged Change) : IPipelineMessage;

/// <summary>Host to supervisor: end every stream. Reply: <see cref="ShutDownCompleted"/>.</summary>
internal sealed record ShutDown : IPipelineMessage
{
    public static readonly ShutDown Instance = new();
}

/// <summary>Stream to connection, on to parser and router: read nothing more. Reply, from the router: <see cref="ShutDownCompleted"/>.</summary>
/// <param name="Reason">The reason of the state change, for an operator.</param>
/// <param name="IsRemoved">Whether the stream does not come back with the next process.</param>
internal sealed record DrainStream(string Reason, bool IsRemoved = false) : IPipelineMessage;

/// <summary>Everything in flight is handled, or the time for it is over.</summary>
/// <param name="Unhandled">The number of events that no handler finished.</param>
internal sealed record ShutDownCompleted(long Unhandled) : IPipelineMessage
{
    /// <summary>Gets the names of the handlers that did not finish.</summary>
    public ImmutableArray<string> Handlers { get; init; } = [];
}

/// <summary>Stream to router: which handlers have not finished? Reply: <see cref="UnfinishedHandlers"/>.</summary>
internal sealed record GetUnfinishedHandlers : IPipelineMessage;

/// <summary>The names of the handlers that have not finished their events.</summary>
internal sealed record UnfinishedHandlers(ImmutableArray<string> Names) : IPipelineMessage;

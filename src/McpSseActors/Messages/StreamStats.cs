using System.Collections.Immutable;

namespace McpSseActors;

/// <summary>
/// The statistics of one stream, counted since the host started. Every event received is in exactly one of <see cref="Dispatched"/>,
/// <see cref="Filtered"/>, <see cref="Unhandled"/> or the reason <c>duplicate</c> of <see cref="Dropped"/>.
/// </summary>
public sealed record StreamStats : IMcpSseMessage
{
    /// <summary>The stream's name.</summary>
    public required string Stream { get; init; }

    /// <summary>Whether the stream is configured to connect.</summary>
    public bool Enabled { get; init; }

    /// <summary>Whether the stream is connected, or on its way to be.</summary>
    public bool IsRunning => State is ConnectionState.Connecting or ConnectionState.Connected or ConnectionState.BackingOff;

    /// <summary>Whether the stream is connected.</summary>
    public bool IsConnected => State is ConnectionState.Connected;

    /// <summary>The state now.</summary>
    public ConnectionState State { get; init; }

    /// <summary>Why the stream is in that state.</summary>
    public string StateReason { get; init; } = "";

    /// <summary>Since when it is in that state, UTC.</summary>
    public DateTimeOffset StateSince { get; init; }

    /// <summary>When the next attempt is due, UTC; null unless the state is <see cref="ConnectionState.BackingOff"/>.</summary>
    public DateTimeOffset? NextAttemptTime { get; init; }

    /// <summary>Reconnect attempts in a row since the last healthy connection.</summary>
    public int ConsecutiveReconnectAttempts { get; init; }

    /// <summary>All reconnect attempts.</summary>
    public long TotalReconnectAttempts { get; init; }

    /// <summary>All events that the server sent and the decoder dispatched.</summary>
    public long TotalEventsReceived { get; init; }

    /// <summary>The same by type. The number of types is bounded; what comes after is counted under <c>(other)</c>.</summary>
    public ImmutableSortedDictionary<string, long> EventsByType { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>Events that went to at least one handler.</summary>
    public long Dispatched { get; init; }

    /// <summary>Events that <c>subscribed_events</c> leaves out.</summary>
    public long Filtered { get; init; }

    /// <summary>Events for which there was no handler; the event log does not count as one.</summary>
    public long Unhandled { get; init; }

    /// <summary>How often a handler threw on an event.</summary>
    public long HandlerFailures { get; init; }

    /// <summary>Events whose payload did not fit the type that theirs is mapped to; they went to their handlers as they came.</summary>
    public long PayloadFaults { get; init; }

    /// <summary>Drops by reason: <c>duplicate</c> (came again after a resume), <c>oversized</c> (longer than <c>max_event_size</c>),
    /// <c>malformed</c> (no JSON-RPC, from an MCP server), <c>unwanted</c> (a list change that was not asked for, from an MCP server that sends all),
    /// <c>handler_stopped</c> (sent to a handler that stopped before it was handled), <c>overflow</c> (came faster than a handler that drops
    /// events handled it). The last two count an event once for each handler that lost it, and these events are in <see cref="Dispatched"/> too.</summary>
    public ImmutableSortedDictionary<string, long> Dropped { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>What is spoken with an MCP server; null for a plain event stream.</summary>
    public McpStatus? Mcp { get; init; }

    /// <summary>Comment lines received.</summary>
    public long Comments { get; init; }

    /// <summary>Bytes of the event stream received.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Events that were dispatched and are not handled yet. Those that wait for a handler that drops events are not among them, except while the host shuts down.</summary>
    public long InFlight { get; init; }

    /// <summary>Since when the stream is connected, UTC; null unless it is.</summary>
    public DateTimeOffset? ConnectedSince { get; init; }

    /// <summary>How long the stream has been connected; zero unless it is.</summary>
    public TimeSpan Uptime { get; init; }

    /// <summary>When the last event was received, UTC.</summary>
    public DateTimeOffset? LastEventTime { get; init; }

    /// <summary>The last event ID, which the next request will carry; null when none is known.</summary>
    public string? LastEventId { get; init; }

    /// <summary>The server's URL, without user info and with its query hidden.</summary>
    public string ServerUrl { get; init; } = "";

    /// <summary>The subscribed types and patterns; empty is all.</summary>
    public ImmutableArray<string> SubscribedEvents { get; init; } = [];

    /// <summary>How many handlers there are by type or pattern, global ones apart.</summary>
    public ImmutableSortedDictionary<string, int> HandlersByType { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>How many global handlers there are, the event log included.</summary>
    public int GlobalHandlers { get; init; }

    /// <summary>Events per second over the last ten seconds.</summary>
    public double EventsPerSecond { get; init; }
}

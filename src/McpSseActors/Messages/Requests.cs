using System.Collections.Immutable;

namespace McpSseActors;

/// <summary>
/// Asked of the <c>McpSse</c> actor about one stream. A stream that does not exist, or no name where there are several streams, is
/// answered with a failure: <c>Ask</c> throws <see cref="StreamNotFoundException"/>.
/// </summary>
public interface IStreamRequest : IMcpSseMessage
{
    /// <summary>The stream's name; null is the only stream there is.</summary>
    string? Stream { get; }
}

/// <summary>Asks for a stream's statistics. Reply: <see cref="StreamStats"/>.</summary>
/// <param name="Stream">The stream's name; null is the only stream there is.</param>
public sealed record GetStats(string? Stream = null) : IStreamRequest;

/// <summary>
/// Asks for the statistics of every stream. Reply: <see cref="AllStats"/>, after half of <c>mcp-sse.ask-timeout</c> at the latest.
/// </summary>
public sealed record GetAllStats : IMcpSseMessage;

/// <summary>The statistics of every stream, by name.</summary>
/// <param name="Streams">One entry a stream, sorted by name.</param>
public sealed record AllStats(ImmutableArray<StreamStats> Streams) : IMcpSseMessage
{
    /// <summary>The streams that are left out, since they could not answer: an internal fault ended their statistics. Sorted.</summary>
    public ImmutableArray<string> Missing { get; init; } = [];
}

/// <summary>Asks for a stream's last state change. Reply: <see cref="StreamStateChanged"/>.</summary>
/// <param name="Stream">The stream's name; null is the only stream there is.</param>
public sealed record GetState(string? Stream = null) : IStreamRequest;

/// <summary>Asks for the newest events. Reply: <see cref="RecentEvents"/>.</summary>
/// <param name="Count">How many at the most; default 10.</param>
/// <param name="Stream">The stream's name; null is the only stream there is.</param>
public sealed record GetRecentEvents(int Count = 10, string? Stream = null) : IStreamRequest;

/// <summary>Asks for the newest events of a type. Reply: <see cref="RecentEvents"/>.</summary>
/// <param name="Type">The exact type, or a pattern (<c>chat.*</c>).</param>
/// <param name="Count">How many at the most; default 10.</param>
/// <param name="Stream">The stream's name; null is the only stream there is.</param>
public sealed record GetEventsByType(string Type, int Count = 10, string? Stream = null) : IStreamRequest;

/// <summary>The newest events of a stream, oldest first.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Events">The events.</param>
public sealed record RecentEvents(string Stream, ImmutableArray<McpEvent> Events) : IMcpSseMessage;

/// <summary>Forgets the recent events; the counters stay. Reply: <see cref="RecentEventsCleared"/>.</summary>
/// <param name="Stream">The stream's name; null is the only stream there is.</param>
public sealed record ClearRecentEvents(string? Stream = null) : IStreamRequest;

/// <summary>The recent events are forgotten.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Count">How many there were.</param>
public sealed record RecentEventsCleared(string Stream, int Count) : IMcpSseMessage;

/// <summary>Asks which handlers a stream has. Reply: <see cref="HandlerList"/>.</summary>
/// <param name="Stream">The stream's name; null is the only stream there is.</param>
public sealed record GetHandlers(string? Stream = null) : IStreamRequest;

/// <summary>The handlers of a stream.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Handlers">In the order in which they were added.</param>
public sealed record HandlerList(string Stream, ImmutableArray<HandlerInfo> Handlers) : IMcpSseMessage;

/// <summary>One handler of a stream.</summary>
/// <param name="Name">Its name, unique in the stream.</param>
/// <param name="Pattern">The types that it receives; <c>*</c> is all.</param>
public sealed record HandlerInfo(string Name, string Pattern) : IMcpSseMessage;

/// <summary>Takes a handler away; events it was already sent are still handled. Reply: <see cref="HandlerRemoved"/>.</summary>
/// <param name="Name">The handler's name.</param>
/// <param name="Stream">The stream's name; null is the only stream there is.</param>
public sealed record RemoveHandler(string Name, string? Stream = null) : IStreamRequest;

/// <summary>The answer to <see cref="RemoveHandler"/>.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Name">The handler's name.</param>
/// <param name="Existed">False when there was no such handler.</param>
public sealed record HandlerRemoved(string Stream, string Name, bool Existed) : IMcpSseMessage;

/// <summary>Connects a stream that is idle, stopped or failed; no effect on one that runs. Reply: <see cref="CommandAccepted"/>.</summary>
/// <param name="Stream">The stream's name; null is the only stream there is.</param>
public sealed record StartStream(string? Stream = null) : IStreamRequest;

/// <summary>Disconnects a stream and keeps it so. Reply: <see cref="CommandAccepted"/>.</summary>
/// <param name="Stream">The stream's name; null is the only stream there is.</param>
public sealed record StopStream(string? Stream = null) : IStreamRequest;

/// <summary>Drops the connection on purpose and opens a new one at once, resuming where it was. Reply: <see cref="CommandAccepted"/>.</summary>
/// <param name="Stream">The stream's name; null is the only stream there is.</param>
public sealed record RestartStream(string? Stream = null) : IStreamRequest;

/// <summary>A command was taken; its effect is told by <see cref="StreamStateChanged"/>.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="State">The stream's state when it was taken.</param>
public sealed record CommandAccepted(string Stream, ConnectionState State) : IMcpSseMessage;

/// <summary>There is no such stream, or no name was given where there are several.</summary>
/// <param name="message">What was asked for, and what there is.</param>
public sealed class StreamNotFoundException(string message) : Exception(message);

using System.Collections.Immutable;
using System.Runtime.Serialization;
using McpSseActors.Messages;

namespace McpSseActors;

/// <summary>
/// A request to the <c>McpSse</c> actor about one stream. If the stream does not exist, or the name is null and there is not exactly one stream,
/// the reply is a failure: <c>Ask</c> throws <see cref="StreamNotFoundException"/>.
/// </summary>
public interface IStreamRequest : IMcpSseMessage
{
    /// <summary>Gets the stream's name; null selects the only stream.</summary>
    string? Stream { get; }
}

/// <summary>Gets the statistics of a stream. Reply: <see cref="StreamStats"/>.</summary>
/// <param name="Stream">The stream's name; null selects the only stream.</param>
public sealed record GetStats(string? Stream = null) : IStreamRequest;

/// <summary>
/// Gets the statistics of every stream. Reply: <see cref="AllStats"/>, within half of <c>mcp-sse.ask-timeout</c>; in a cluster, within 0.8 of it.
/// </summary>
public sealed record GetAllStats : IMcpSseMessage;

/// <summary>The statistics of every stream, by name.</summary>
/// <param name="Streams">One entry per stream, sorted by name.</param>
public sealed record AllStats(ImmutableArray<StreamStats> Streams) : IMcpSseMessage, IShortenable
{
    /// <summary>Gets the names of the streams that did not answer, or that stopped after an internal fault and were neither added again nor removed, sorted.</summary>
    public ImmutableArray<string> Missing { get; init; } = [];

    /// <summary>Gets the nodes of the cluster that did not answer, as <c>host:port</c>, sorted; always empty without a cluster.</summary>
    public ImmutableArray<string> MissingNodes { get; init; } = [];

    IMcpSseMessage IShortenable.ToFit(long longest, Func<object, long> length)
    {
        var streams = Streams.Fit(longest - Missing.Sum(name => name.Length), length);
        return this with { Streams = streams, Missing = [.. Missing.Concat(Streams.Skip(streams.Length).Select(stats => stats.Stream)).Order(StringComparer.Ordinal)] };
    }
}

/// <summary>Gets the last state change of a stream. Reply: <see cref="StreamStateChanged"/>.</summary>
/// <param name="Stream">The stream's name; null selects the only stream.</param>
public sealed record GetState(string? Stream = null) : IStreamRequest;

/// <summary>Gets the newest events of a stream. Reply: <see cref="RecentEvents"/>.</summary>
/// <param name="Count">The maximum number of events; default 10.</param>
/// <param name="Stream">The stream's name; null selects the only stream.</param>
public sealed record GetRecentEvents(int Count = 10, string? Stream = null) : IStreamRequest;

/// <summary>Asks for the newest events of a type. Reply: <see cref="RecentEvents"/>.</summary>
/// <param name="Type">The exact type, or a pattern (<c>chat.*</c>).</param>
/// <param name="Count">The maximum number of events; default 10.</param>
/// <param name="Stream">The stream's name; null selects the only stream.</param>
public sealed record GetEventsByType(string Type, int Count = 10, string? Stream = null) : IStreamRequest;

/// <summary>Gets the recent events that came after one, to follow a stream without slowing it down. Reply: <see cref="RecentEvents"/>.</summary>
/// <param name="Sequence">The number of the last event that is known; 0 for none.</param>
/// <param name="Type">The exact type, or a pattern (<c>chat.*</c>); default: all.</param>
/// <param name="Count">The maximum number of events, the newest; default 100.</param>
/// <param name="Stream">The stream's name; null selects the only stream.</param>
public sealed record GetEventsAfter(long Sequence, string Type = EventPattern.All, int Count = 100, string? Stream = null) : IStreamRequest;

/// <summary>The newest events of a stream, oldest first.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Events">The events.</param>
public sealed record RecentEvents(string Stream, ImmutableArray<McpEvent> Events) : IMcpSseMessage, IShortenable
{
    // A number of 64 bits, and a comma.
    private const int NumberLength = 21;

    /// <summary>Gets the number of each event: they are counted from 1 since the host started, without repeats and filtered events.</summary>
    public ImmutableArray<long> Sequences { get; init; } = [];

    /// <summary>Gets the number of the oldest event that is kept, of any type; if none is, that of the next one.</summary>
    public long OldestSequence { get; init; }

    /// <summary>Gets the number of the newest event, of any type; 0 if there was none.</summary>
    public long NewestSequence { get; init; }

    /// <summary>
    /// Gets the number of older events that were left out, because the answer to another process must fit into
    /// <c>akka.remote.dot-netty.tcp.maximum-frame-size</c>; zero if none were.
    /// </summary>
    public int LeftOut { get; init; }

    IMcpSseMessage IShortenable.ToFit(long longest, Func<object, long> length)
    {
        var first = Events.Length - Events.Reverse().Fit(longest - (NumberLength * Sequences.Length), length).Length;
        return this with { Events = Events[first..], Sequences = Sequences.IsEmpty ? [] : Sequences[first..], LeftOut = LeftOut + first };
    }
}

/// <summary>Gets the options of a stream as they are now, without secrets. Reply: <see cref="StreamSettings"/>.</summary>
/// <param name="Stream">The stream's name; null selects the only stream.</param>
public sealed record GetSettings(string? Stream = null) : IStreamRequest;

/// <summary>The options of a stream as configuration keys. Contains no secret.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Settings">The keys with their values, in the order of the documentation.</param>
public sealed record StreamSettings(string Stream, ImmutableArray<ShownSetting> Settings) : IMcpSseMessage;

/// <summary>A configuration key with the value that a stream has for it, to be shown.</summary>
/// <param name="Key">The key in the TOML table <c>[mcp_sse]</c>: <c>read_timeout</c>.</param>
/// <param name="Value">The value as TOML, with secrets hidden.</param>
/// <param name="IsDefault">Whether a file that leaves out the key has the same.</param>
public sealed record ShownSetting(string Key, string Value, bool IsDefault) : IMcpSseMessage;

/// <summary>Discards the recent events; the counters stay. Reply: <see cref="RecentEventsCleared"/>.</summary>
/// <param name="Stream">The stream's name; null selects the only stream.</param>
public sealed record ClearRecentEvents(string? Stream = null) : IStreamRequest;

/// <summary>The recent events were discarded.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Count">The number of events discarded.</param>
public sealed record RecentEventsCleared(string Stream, int Count) : IMcpSseMessage;

/// <summary>Gets the handlers of a stream. Reply: <see cref="HandlerList"/>.</summary>
/// <param name="Stream">The stream's name; null selects the only stream.</param>
public sealed record GetHandlers(string? Stream = null) : IStreamRequest;

/// <summary>The handlers of a stream.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Handlers">In the order in which they were added.</param>
public sealed record HandlerList(string Stream, ImmutableArray<HandlerInfo> Handlers) : IMcpSseMessage;

/// <summary>One handler of a stream.</summary>
/// <param name="Name">Its name, unique in the stream.</param>
/// <param name="Pattern">The types that it receives; <c>*</c> is all.</param>
public sealed record HandlerInfo(string Name, string Pattern) : IMcpSseMessage
{
    /// <summary>Gets whether it handles events, or waits after failures.</summary>
    public HandlerState State { get; init; }

    /// <summary>Gets the number of events that it has finished, or that became dead letters. One that it gets again later counts again.</summary>
    public long Handled { get; init; }

    /// <summary>Gets the number of events that it was sent and has not finished.</summary>
    public int InFlight { get; init; }

    /// <summary>Gets how long ago the oldest event that it has not finished was sent to it; zero if there is none.</summary>
    public TimeSpan Lag { get; init; }

    /// <summary>Gets the time from sending it a batch of events until it has finished them, averaged over the last batches; null before the first.</summary>
    /// <remarks>A handler that may lose events (<see cref="HandlerRegistration.Overflow"/>) has finished an event, for all figures here, when its queue has taken it.</remarks>
    public TimeSpan? Duration { get; init; }

    /// <summary>Gets how often it threw an exception. After each, it is restarted.</summary>
    public long Failures { get; init; }

    /// <summary>Gets when it threw the last one, UTC; null if it has not.</summary>
    public DateTimeOffset? LastFailedAt { get; init; }
}

/// <summary>Whether a handler handles events, or waits after failures.</summary>
public enum HandlerState
{
    /// <summary>It handles events.</summary>
    Running,

    /// <summary>An event at which it failed comes again: see <see cref="RetryOptions"/>.</summary>
    Retrying,

    /// <summary>Its circuit breaker is open: it failed too often in a row, and gets nothing until <see cref="RetryOptions.BreakFor"/> has passed.</summary>
    Open,
}

/// <summary>Removes a handler. It still handles the events that it was sent. Reply: <see cref="HandlerRemoved"/>.</summary>
/// <param name="Name">The handler's name.</param>
/// <param name="Stream">The stream's name; null selects the only stream.</param>
public sealed record RemoveHandler(string Name, string? Stream = null) : IStreamRequest;

/// <summary>The reply to <see cref="RemoveHandler"/>.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Name">The handler's name.</param>
/// <param name="Existed">False if no handler had this name.</param>
public sealed record HandlerRemoved(string Stream, string Name, bool Existed) : IMcpSseMessage;

/// <summary>Connects a stream that is idle, stopped or failed; has no effect on a running stream. Reply: <see cref="CommandAccepted"/>.</summary>
/// <param name="Stream">The stream's name; null selects the only stream.</param>
public sealed record StartStream(string? Stream = null) : IStreamRequest;

/// <summary>Disconnects a stream until it is started again. Reply: <see cref="CommandAccepted"/>.</summary>
/// <param name="Stream">The stream's name; null selects the only stream.</param>
public sealed record StopStream(string? Stream = null) : IStreamRequest;

/// <summary>Closes the connection and opens a new one at once, which resumes the stream. Reply: <see cref="CommandAccepted"/>.</summary>
/// <param name="Stream">The stream's name; null selects the only stream.</param>
public sealed record RestartStream(string? Stream = null) : IStreamRequest;

/// <summary>The stream accepted a command. <see cref="StreamStateChanged"/> reports its effect.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="State">The stream's state when it accepted the command.</param>
public sealed record CommandAccepted(string Stream, ConnectionState State) : IMcpSseMessage;

/// <summary>The stream does not exist, or no name was given and there is not exactly one stream.</summary>
/// <param name="message">The name that was asked for, and the names that exist.</param>
public sealed class StreamNotFoundException(string message) : Exception(message)
{
    // For Akka.Remote, which loses an exception without such a constructor.
    private StreamNotFoundException(SerializationInfo info, StreamingContext context)
        : this(info.GetString(nameof(Message)) ?? "")
    {
    }
}

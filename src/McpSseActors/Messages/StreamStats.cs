using System.Collections;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using McpSseActors.Configuration;
using McpSseActors.Messages;

namespace McpSseActors;

/// <summary>
/// The statistics of one stream, counted since the host started. Every event received is in exactly one of <see cref="Dispatched"/>,
/// <see cref="Filtered"/>, <see cref="Unhandled"/> or the reason <c>duplicate</c> of <see cref="Dropped"/>.
/// </summary>
public sealed record StreamStats : IMcpSseMessage, IShortenable
{
    /// <summary>The entry for all types without one.</summary>
    internal const string OtherTypes = "(other)";

    // Its entry in an answer.
    private const int MostOfOthers = 64;

    /// <summary>Gets the stream's name.</summary>
    public required string Stream { get; init; }

    /// <summary>Gets the node of the cluster on which the stream runs, as <c>host:port</c>; empty without a cluster.</summary>
    public string Node { get; init; } = "";

    /// <summary>Gets whether the stream is configured to connect.</summary>
    public bool Enabled { get; init; }

    /// <summary>Gets whether the stream is connected, connecting, or waiting to reconnect.</summary>
    public bool IsRunning => State is ConnectionState.Connecting or ConnectionState.Connected or ConnectionState.BackingOff;

    /// <summary>Gets whether the stream is connected.</summary>
    public bool IsConnected => State is ConnectionState.Connected;

    /// <summary>Gets the current state.</summary>
    public ConnectionState State { get; init; }

    /// <summary>Gets the reason of the state, for operators; never contains a secret.</summary>
    public string StateReason { get; init; } = "";

    /// <summary>Gets when the stream entered the state, UTC.</summary>
    public DateTimeOffset StateSince { get; init; }

    /// <summary>Gets when the next attempt is due, UTC; null unless the state is <see cref="ConnectionState.BackingOff"/>.</summary>
    public DateTimeOffset? NextAttemptTime { get; init; }

    /// <summary>Gets the number of reconnect attempts since the last healthy connection.</summary>
    public int ConsecutiveReconnectAttempts { get; init; }

    /// <summary>Gets the number of all reconnect attempts.</summary>
    public long TotalReconnectAttempts { get; init; }

    /// <summary>Gets the number of events received, without comment lines.</summary>
    public long TotalEventsReceived { get; init; }

    /// <summary>
    /// Gets the number of events received by type. Types beyond <c>mcp-sse.pipeline.max-event-types</c> are counted as <c>(other)</c>; so are the rarest
    /// ones in an answer to another process that would not fit into <c>akka.remote.dot-netty.tcp.maximum-frame-size</c>.
    /// </summary>
    public ImmutableSortedDictionary<string, long> EventsByType { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>Gets the number of events that were sent to at least one handler.</summary>
    public long Dispatched { get; init; }

    /// <summary>Gets the number of events that <c>subscribed_events</c> excludes.</summary>
    public long Filtered { get; init; }

    /// <summary>Gets the number of events without a handler; the event log does not count as one.</summary>
    public long Unhandled { get; init; }

    /// <summary>Gets how often a handler threw an exception.</summary>
    public long HandlerFailures { get; init; }

    /// <summary>Gets the number of events whose payload did not fit the mapped type; handlers received them as plain events.</summary>
    public long PayloadFaults { get; init; }

    /// <summary>
    /// Gets how often a handler gave up an event, which was then kept as a dead letter. One that is retried and fails again counts again.
    /// </summary>
    public long DeadLetters { get; init; }

    /// <summary>
    /// Gets the number of events dropped, by reason: one of <see cref="DropReasons"/>. <see cref="DropReasons.HandlerStopped"/>,
    /// <see cref="DropReasons.MailboxFull"/>, <see cref="DropReasons.BatchFailed"/> and <see cref="DropReasons.Overflow"/> count an event once per
    /// handler that lost it; these events are in <see cref="Dispatched"/> too.
    /// </summary>
    public ImmutableSortedDictionary<string, long> Dropped { get; init; } = ImmutableSortedDictionary<string, long>.Empty;

    /// <summary>
    /// Gets the number of events that the server sent again after a resume and that were taken for new ones, because a greeting or events older than
    /// <c>mcp-sse.pipeline.resume-window</c> came first. They are counted once the server has repeated the last event received before the resume.
    /// </summary>
    public long MissedDuplicates { get; init; }

    /// <summary>Gets the transport in use: the configured one, or with <c>auto</c> the one found; <c>auto</c> until it is found.</summary>
    public StreamTransport Transport { get; init; } = StreamTransport.Sse;

    /// <summary>Gets the protocol in use with an MCP server; null for a plain event stream.</summary>
    public McpStatus? Mcp { get; init; }

    /// <summary>Gets the number of comment lines received.</summary>
    public long Comments { get; init; }

    /// <summary>Gets the number of bytes of the event stream received.</summary>
    public long BytesReceived { get; init; }

    /// <summary>Gets the number of events dispatched and not handled yet, without those queued for a handler that drops events (except during shutdown).</summary>
    public long InFlight { get; init; }

    /// <summary>Gets how long ago the oldest event was dispatched that is not handled yet, to 0.1 seconds; zero if every event is handled.</summary>
    public TimeSpan HandlerLag { get; init; }

    /// <summary>Gets the time from the dispatch of a batch of events until every handler has finished it, averaged over the last batches; null before the first.</summary>
    public TimeSpan? HandlerDuration { get; init; }

    /// <summary>Gets when the stream connected, UTC; null unless it is connected.</summary>
    public DateTimeOffset? ConnectedSince { get; init; }

    /// <summary>Gets how long the stream has been connected; zero unless it is.</summary>
    public TimeSpan Uptime { get; init; }

    /// <summary>Gets when the last event was received, UTC; null if there was none.</summary>
    public DateTimeOffset? LastEventTime { get; init; }

    /// <summary>Gets the last event ID, which the next request sends; null if there is none.</summary>
    public string? LastEventId { get; init; }

    /// <summary>
    /// Gets the ID of the newest event before which every handler has finished; null unless positions are stored. A new process resumes here.
    /// </summary>
    public string? HandledEventId { get; init; }

    /// <summary>Gets when <see cref="HandledEventId"/> moved, UTC; null if it has not.</summary>
    public DateTimeOffset? HandledTime { get; init; }

    /// <summary>
    /// Gets for how long events have been dispatched after <see cref="HandledEventId"/> without its moving; zero if all of them are handled, null if
    /// positions are not stored.
    /// </summary>
    public TimeSpan? HandledAge { get; init; }

    /// <summary>Gets when the position was last saved, by this process or the one before, UTC; null if it was not.</summary>
    public DateTimeOffset? PositionSavedTime { get; init; }

    /// <summary>Gets the reason why the position cannot be read or saved now; null if it can, or none is stored.</summary>
    public string? PositionStoreFault { get; init; }

    /// <summary>Gets the server's URL without user info, its query hidden.</summary>
    public string ServerUrl { get; init; } = "";

    /// <summary>Gets the subscribed types and patterns; empty is all.</summary>
    public ImmutableArray<string> SubscribedEvents { get; init; } = [];

    /// <summary>Gets the number of handlers by type or pattern, without those of <c>*</c>.</summary>
    public ImmutableSortedDictionary<string, int> HandlersByType { get; init; } = ImmutableSortedDictionary<string, int>.Empty;

    /// <summary>Gets the number of handlers of <c>*</c>, including the event log.</summary>
    public int GlobalHandlers { get; init; }

    /// <summary>Gets the handlers that wait after failures, by name: see <see cref="RetryOptions"/>.</summary>
    public ImmutableSortedDictionary<string, HandlerState> WaitingHandlers { get; init; } = ImmutableSortedDictionary<string, HandlerState>.Empty;

    /// <summary>
    /// Gets the handlers that could not be created or have stopped, and so receive no events, newest last; at most 100. A handler leaves the list
    /// when one of its name is added or removed. Actors that existed already are not listed.
    /// </summary>
    public ImmutableArray<StoppedHandler> StoppedHandlers { get; init; } = [];

    /// <summary>Gets the number of events per second over the last 10 seconds.</summary>
    public double EventsPerSecond { get; init; }

    IMcpSseMessage IShortenable.ToFit(long longest, Func<object, long> length)
    {
        var left = longest - length(this with { EventsByType = EventsByType.Clear() });
        var types = EventsByType.Remove(OtherTypes).OrderByDescending(type => type.Value)
            .TakeWhile(type => (left -= length(type)) > MostOfOthers).ToImmutableSortedDictionary(EventsByType.KeyComparer);
        return this with { EventsByType = types.Add(OtherTypes, EventsByType.Values.Sum() - types.Values.Sum()) };
    }

    // Every property, so that none is forgotten. Lists are shown as their entries.
    private bool PrintMembers(StringBuilder text)
    {
        text.AppendJoin(", ", typeof(StreamStats).GetProperties().Select(property => $"{property.Name} = {Shown(property.GetValue(this))}"));
        return true;
    }

    // What comes from the server is on one line of bounded length.
    internal static string Shown(object? value) => value switch
    {
        string text => Redact.Line(text),
        DateTimeOffset time => time.ToString("O", CultureInfo.InvariantCulture),
        double number => number.ToString("0.###", CultureInfo.InvariantCulture),
        IDictionary entries => $"[{Redact.Line(string.Join(", ", entries.Keys.Cast<object>().Select(key => $"{key}: {entries[key]}")))}]",
        IEnumerable list => $"[{string.Join(", ", list.Cast<object>())}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture) ?? "",
    };
}

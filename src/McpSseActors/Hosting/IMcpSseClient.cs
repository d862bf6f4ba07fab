using System.Collections.Immutable;

namespace McpSseActors.Hosting;

/// <summary>
/// The streams of a host for callers without actors. Register it with <c>services.AddMcpSseClient()</c>. Every call asks the
/// <c>McpSse</c> actor and has an end: <see cref="Akka.Actor.AskTimeoutException"/> after <c>mcp-sse.ask-timeout</c> (default
/// 5 seconds). A <c>stream</c> of null is the only stream there is; an unknown one throws <see cref="StreamNotFoundException"/>.
/// </summary>
public interface IMcpSseClient
{
    /// <summary>Whether the stream is connected, or on its way to be.</summary>
    Task<bool> IsRunningAsync(string? stream = null, CancellationToken cancellation = default);

    /// <summary>Whether the stream is connected.</summary>
    Task<bool> IsConnectedAsync(string? stream = null, CancellationToken cancellation = default);

    /// <summary>The statistics of one stream.</summary>
    Task<StreamStats> GetStatsAsync(string? stream = null, CancellationToken cancellation = default);

    /// <summary>The statistics of every stream, sorted by name.</summary>
    Task<ImmutableArray<StreamStats>> GetAllStatsAsync(CancellationToken cancellation = default);

    /// <summary>The last state change of a stream; of one that has had none, old and new state are <see cref="ConnectionState.Idle"/>.</summary>
    Task<StreamStateChanged> GetStateAsync(string? stream = null, CancellationToken cancellation = default);

    /// <summary>The newest events, oldest first.</summary>
    Task<ImmutableArray<McpEvent>> GetRecentEventsAsync(int count = 10, string? stream = null, CancellationToken cancellation = default);

    /// <summary>The newest events of a type or pattern, oldest first.</summary>
    Task<ImmutableArray<McpEvent>> GetEventsByTypeAsync(string type, int count = 10, string? stream = null, CancellationToken cancellation = default);

    /// <summary>Forgets the recent events; the counters stay. Gives how many there were.</summary>
    Task<int> ClearRecentEventsAsync(string? stream = null, CancellationToken cancellation = default);

    /// <summary>Adds a handler for a type or pattern. Gives the name with which it is taken away again.</summary>
    Task<string> RegisterHandlerAsync(string pattern, Func<McpEvent, CancellationToken, Task> handler, string? stream = null, CancellationToken cancellation = default);

    /// <inheritdoc cref="RegisterHandlerAsync(string, Func{McpEvent, CancellationToken, Task}, string?, CancellationToken)"/>
    Task<string> RegisterHandlerAsync(string pattern, Action<McpEvent> handler, string? stream = null, CancellationToken cancellation = default);

    /// <inheritdoc cref="RegisterHandlerAsync(string, Func{McpEvent, CancellationToken, Task}, string?, CancellationToken)"/>
    Task<string> RegisterHandlerAsync(string pattern, Func<McpEvent, Task> handler, string? stream = null, CancellationToken cancellation = default);

    /// <summary>Adds a handler for all events. Gives the name with which it is taken away again.</summary>
    Task<string> RegisterGlobalHandlerAsync(Func<McpEvent, CancellationToken, Task> handler, string? stream = null, CancellationToken cancellation = default);

    /// <inheritdoc cref="RegisterGlobalHandlerAsync(Func{McpEvent, CancellationToken, Task}, string?, CancellationToken)"/>
    Task<string> RegisterGlobalHandlerAsync(Action<McpEvent> handler, string? stream = null, CancellationToken cancellation = default);

    /// <inheritdoc cref="RegisterGlobalHandlerAsync(Func{McpEvent, CancellationToken, Task}, string?, CancellationToken)"/>
    Task<string> RegisterGlobalHandlerAsync(Func<McpEvent, Task> handler, string? stream = null, CancellationToken cancellation = default);

    /// <summary>The handlers of a stream, in the order in which they were added.</summary>
    Task<ImmutableArray<HandlerInfo>> GetHandlersAsync(string? stream = null, CancellationToken cancellation = default);

    /// <summary>Takes a handler away, global or not. Gives false when there was none of that name.</summary>
    Task<bool> UnregisterHandlerAsync(string name, string? stream = null, CancellationToken cancellation = default);

    /// <summary>Connects a stream that is idle, stopped or failed.</summary>
    Task StartAsync(string? stream = null, CancellationToken cancellation = default);

    /// <summary>Disconnects a stream and keeps it so.</summary>
    Task StopAsync(string? stream = null, CancellationToken cancellation = default);

    /// <summary>Drops the connection on purpose and opens a new one at once.</summary>
    Task RestartAsync(string? stream = null, CancellationToken cancellation = default);

    /// <summary>
    /// Adds a stream, with the handlers that were registered for all streams at the start; it connects if it is enabled. Gives its name.
    /// </summary>
    /// <exception cref="McpSseConfigurationException">The options are faulty, or the name is taken; names every fault.</exception>
    Task<string> AddStreamAsync(StreamOptions options, CancellationToken cancellation = default);

    /// <summary>
    /// Takes a stream away. Ends when what is in flight is handled, within its <c>shutdown_timeout</c>, and its actors are gone: its name is then
    /// free. Gives false when there was none of that name.
    /// </summary>
    /// <exception cref="TimeoutException">A handler does not return, and keeps the actors from stopping.</exception>
    Task<bool> RemoveStreamAsync(string stream, CancellationToken cancellation = default);

    /// <summary>The names of all streams, sorted.</summary>
    Task<ImmutableArray<string>> GetStreamsAsync(CancellationToken cancellation = default);

    /// <summary>Reads the files that the streams came from anew, and applies what has changed. Gives what that is.</summary>
    /// <exception cref="McpSseConfigurationException">A file is faulty: nothing of it is applied.</exception>
    /// <exception cref="InvalidOperationException">No stream came from a file.</exception>
    Task<ImmutableArray<ConfigurationChange>> ReloadAsync(CancellationToken cancellation = default);

    /// <summary>
    /// Reads events as they come, from the first <c>MoveNextAsync</c> on, each once and in order. A loop that stands still slows the stream, as any
    /// handler does. It ends when the stream is removed or the host stops; when the stream fails it waits, since the stream can be started again.
    /// </summary>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="stream">The stream's name; null is the only stream there is.</param>
    /// <param name="cancellation">Ends the reading with <see cref="OperationCanceledException"/>.</param>
    /// <exception cref="FormatException">The pattern is none.</exception>
    IAsyncEnumerable<McpEvent> ReadEventsAsync(string pattern = "*", string? stream = null, CancellationToken cancellation = default);

    /// <summary>
    /// Asks an MCP server for updates of more resources, from now on and after every reconnect. Ends when the server has answered, or at once while the
    /// stream is not connected.
    /// </summary>
    /// <exception cref="InvalidOperationException">The stream is a plain event stream.</exception>
    Task<McpSubscriptionState> SubscribeResourcesAsync(IEnumerable<string> uris, string? stream = null, CancellationToken cancellation = default);

    /// <summary>Asks for no more updates of these resources; otherwise as <see cref="SubscribeResourcesAsync"/>.</summary>
    Task<McpSubscriptionState> UnsubscribeResourcesAsync(IEnumerable<string> uris, string? stream = null, CancellationToken cancellation = default);

    /// <summary>Asks for exactly this, in place of what was asked for before; otherwise as <see cref="SubscribeResourcesAsync"/>.</summary>
    Task<McpSubscriptionState> SetMcpSubscriptionsAsync(McpSubscriptions subscriptions, string? stream = null, CancellationToken cancellation = default);

    /// <summary>What an MCP server was asked for, and what it agreed to.</summary>
    /// <exception cref="InvalidOperationException">The stream is a plain event stream.</exception>
    Task<McpSubscriptionState> GetMcpSubscriptionsAsync(string? stream = null, CancellationToken cancellation = default);

    /// <summary>Calls back on each state change of every stream, one after the other, until disposed.</summary>
    IDisposable OnStateChanged(Action<StreamStateChanged> callback);
}

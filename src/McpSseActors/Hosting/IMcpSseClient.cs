using System.Collections.Immutable;
using Akka.Actor;

namespace McpSseActors.Hosting;

/// <summary>
/// Queries and controls the streams of a host from code without actors. Add it with <c>services.AddMcpSseClient()</c>. Every call asks the
/// <see cref="McpSse"/> actor and waits up to <c>mcp-sse.ask-timeout</c> (default: 5 seconds) for the actor to start, and as long again for its
/// answer.
/// </summary>
/// <remarks>
/// A call whose token is canceled already has no effect. If the token is canceled while a call waits, the request may have been sent: then it is
/// carried out, and only its answer is lost. After the streams have ended with their host, and in a host without <c>WithMcpSse</c>, every call
/// throws <see cref="InvalidOperationException"/> at once. Calls that ask the actor also throw it if the host has not started its streams in time.
/// </remarks>
public interface IMcpSseClient
{
    /// <summary>Gets whether a stream is connected, connecting, or waiting to reconnect.</summary>
    /// <param name="stream">The stream's name; null selects the only stream.</param>
    /// <param name="cancellation">Cancels the wait for the answer.</param>
    /// <returns>True in the states <c>Connecting</c>, <c>Connected</c> and <c>BackingOff</c>.</returns>
    /// <exception cref="StreamNotFoundException">The stream does not exist, or <paramref name="stream"/> is null and there is not exactly one.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<bool> IsRunningAsync(string? stream = null, CancellationToken cancellation = default);

    /// <summary>Gets whether a stream is connected.</summary>
    /// <param name="stream">The stream's name; null selects the only stream.</param>
    /// <param name="cancellation">Cancels the wait for the answer.</param>
    /// <returns>True in the state <see cref="ConnectionState.Connected"/>.</returns>
    /// <exception cref="StreamNotFoundException">The stream does not exist, or <paramref name="stream"/> is null and there is not exactly one.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<bool> IsConnectedAsync(string? stream = null, CancellationToken cancellation = default);

    /// <summary>Gets the statistics of one stream.</summary>
    /// <param name="stream">The stream's name; null selects the only stream.</param>
    /// <param name="cancellation">Cancels the wait for the answer.</param>
    /// <returns>The statistics, counted since the host started.</returns>
    /// <exception cref="StreamNotFoundException">The stream does not exist, or <paramref name="stream"/> is null and there is not exactly one.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<StreamStats> GetStatsAsync(string? stream = null, CancellationToken cancellation = default);

    /// <summary>Gets the statistics of every stream.</summary>
    /// <param name="cancellation">Cancels the wait for the answer.</param>
    /// <returns>The statistics, sorted by stream name.</returns>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<ImmutableArray<StreamStats>> GetAllStatsAsync(CancellationToken cancellation = default);

    /// <summary>Gets the last state change of a stream.</summary>
    /// <param name="stream">The stream's name; null selects the only stream.</param>
    /// <param name="cancellation">Cancels the wait for the answer.</param>
    /// <returns>The change. For a stream without one, old and new state are <see cref="ConnectionState.Idle"/>.</returns>
    /// <exception cref="StreamNotFoundException">The stream does not exist, or <paramref name="stream"/> is null and there is not exactly one.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<StreamStateChanged> GetStateAsync(string? stream = null, CancellationToken cancellation = default);

    /// <summary>Gets the newest events.</summary>
    /// <param name="count">The maximum number of events. Default: 10. Zero or less returns none.</param>
    /// <param name="stream">The stream's name; null selects the only stream.</param>
    /// <param name="cancellation">Cancels the wait for the answer.</param>
    /// <returns>At most <paramref name="count"/> events, oldest first; at most <see cref="StreamOptions.EventBufferSize"/> are kept.</returns>
    /// <exception cref="StreamNotFoundException">The stream does not exist, or <paramref name="stream"/> is null and there is not exactly one.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<ImmutableArray<McpEvent>> GetRecentEventsAsync(int count = 10, string? stream = null, CancellationToken cancellation = default);

    /// <summary>Gets the newest events of a type or pattern.</summary>
    /// <param name="type">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="count">The maximum number of events. Default: 10. Zero or less returns none.</param>
    /// <param name="stream">The stream's name; null selects the only stream.</param>
    /// <param name="cancellation">Cancels the wait for the answer.</param>
    /// <returns>At most <paramref name="count"/> events, oldest first.</returns>
    /// <exception cref="FormatException">The pattern is empty, contains a line break, or has more than 256 characters.</exception>
    /// <exception cref="StreamNotFoundException">The stream does not exist, or <paramref name="stream"/> is null and there is not exactly one.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<ImmutableArray<McpEvent>> GetEventsByTypeAsync(string type, int count = 10, string? stream = null, CancellationToken cancellation = default);

    /// <summary>Gets the recent events that came after one: to follow a stream without slowing it down, but it misses events that have left the buffer.</summary>
    /// <param name="sequence">The number of the last event that is known (<see cref="RecentEvents.NewestSequence"/>); 0 for none.</param>
    /// <param name="type">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="count">The maximum number of events, the newest. Default: 100. Zero or less returns none.</param>
    /// <param name="stream">The stream's name; null selects the only stream.</param>
    /// <param name="cancellation">Cancels the wait for the answer.</param>
    /// <returns>The events with their numbers, oldest first.</returns>
    /// <exception cref="FormatException">The pattern is empty, contains a line break, or has more than 256 characters.</exception>
    /// <exception cref="StreamNotFoundException">The stream does not exist, or <paramref name="stream"/> is null and there is not exactly one.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<RecentEvents> GetEventsAfterAsync(
        long sequence, string type = EventPattern.All, int count = 100, string? stream = null, CancellationToken cancellation = default);

    /// <summary>Gets the options of a stream as they are now, as configuration keys and without secrets.</summary>
    /// <param name="stream">The stream's name; null selects the only stream.</param>
    /// <param name="cancellation">Cancels the wait for the answer.</param>
    /// <returns>The keys with their values, in the order of the documentation.</returns>
    /// <exception cref="StreamNotFoundException">The stream does not exist, or <paramref name="stream"/> is null and there is not exactly one.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<ImmutableArray<ShownSetting>> GetSettingsAsync(string? stream = null, CancellationToken cancellation = default);

    /// <summary>Discards the recent events. The counters stay.</summary>
    /// <param name="stream">The stream's name; null selects the only stream.</param>
    /// <param name="cancellation">Cancels the wait for the answer; a request already sent is still carried out.</param>
    /// <returns>The number of events discarded.</returns>
    /// <exception cref="StreamNotFoundException">The stream does not exist, or <paramref name="stream"/> is null and there is not exactly one.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<int> ClearRecentEventsAsync(string? stream = null, CancellationToken cancellation = default);

    /// <summary>Adds a delegate as a handler for a type or pattern.</summary>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="handler">A delegate as for <see cref="HandlerRegistration.ForDelegate"/>: <c>async (McpEvent received) => …</c>.</param>
    /// <param name="stream">The stream's name; null selects the only stream.</param>
    /// <param name="cancellation">Cancels the wait for the answer; a request already sent is still carried out.</param>
    /// <returns>The handler's name, for <see cref="RemoveHandlerAsync"/>.</returns>
    /// <exception cref="ArgumentException">The form of the delegate is not supported.</exception>
    /// <exception cref="FormatException">The pattern is empty, contains a line break, or has more than 256 characters.</exception>
    /// <exception cref="InvalidOperationException">In a cluster, the stream runs on another node.</exception>
    /// <exception cref="StreamNotFoundException">The stream does not exist, or <paramref name="stream"/> is null and there is not exactly one.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<string> AddHandlerAsync(string pattern, Delegate handler, string? stream = null, CancellationToken cancellation = default);

    /// <summary>Adds a delegate as a handler for all events.</summary>
    /// <param name="handler">A delegate as for <see cref="HandlerRegistration.ForDelegate"/>: <c>(McpEvent received) => …</c>.</param>
    /// <param name="stream">The stream's name; null selects the only stream.</param>
    /// <param name="cancellation">Cancels the wait for the answer; a request already sent is still carried out.</param>
    /// <returns>The handler's name, for <see cref="RemoveHandlerAsync"/>.</returns>
    /// <exception cref="ArgumentException">The form of the delegate is not supported.</exception>
    /// <exception cref="InvalidOperationException">In a cluster, the stream runs on another node.</exception>
    /// <exception cref="StreamNotFoundException">The stream does not exist, or <paramref name="stream"/> is null and there is not exactly one.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<string> AddHandlerAsync(Delegate handler, string? stream = null, CancellationToken cancellation = default);

    /// <summary>Adds a handler of any kind with all its settings.</summary>
    /// <param name="registration">The handler.</param>
    /// <param name="stream">The stream's name; null selects the only stream.</param>
    /// <param name="cancellation">Cancels the wait for the answer; a request already sent is still carried out.</param>
    /// <returns>The handler's name, for <see cref="RemoveHandlerAsync"/>; a number is appended if the name is taken.</returns>
    /// <exception cref="InvalidOperationException">
    /// The handler's actor can't be created, because a service is missing for example, or, in a cluster, the stream runs on another node.
    /// </exception>
    /// <exception cref="StreamNotFoundException">The stream does not exist, or <paramref name="stream"/> is null and there is not exactly one.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<string> AddHandlerAsync(HandlerRegistration registration, string? stream = null, CancellationToken cancellation = default);

    /// <summary>Gets the handlers of a stream.</summary>
    /// <param name="stream">The stream's name; null selects the only stream.</param>
    /// <param name="cancellation">Cancels the wait for the answer.</param>
    /// <returns>The handlers, in the order in which they were added.</returns>
    /// <exception cref="StreamNotFoundException">The stream does not exist, or <paramref name="stream"/> is null and there is not exactly one.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<ImmutableArray<HandlerInfo>> GetHandlersAsync(string? stream = null, CancellationToken cancellation = default);

    /// <summary>Removes a handler. It still handles the events that it was sent.</summary>
    /// <param name="name">The handler's name.</param>
    /// <param name="stream">The stream's name; null selects the only stream.</param>
    /// <param name="cancellation">Cancels the wait for the answer; a request already sent is still carried out.</param>
    /// <returns>False if the stream has no handler of this name.</returns>
    /// <exception cref="StreamNotFoundException">The stream does not exist, or <paramref name="stream"/> is null and there is not exactly one.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<bool> RemoveHandlerAsync(string name, string? stream = null, CancellationToken cancellation = default);

    /// <summary>Connects a stream that is idle, stopped or failed. Has no effect on a running stream.</summary>
    /// <param name="stream">The stream's name; null selects the only stream.</param>
    /// <param name="cancellation">Cancels the wait for the answer; a request already sent is still carried out.</param>
    /// <returns>A task that completes when the stream has accepted the command, before it is connected.</returns>
    /// <exception cref="StreamNotFoundException">The stream does not exist, or <paramref name="stream"/> is null and there is not exactly one.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task StartAsync(string? stream = null, CancellationToken cancellation = default);

    /// <summary>Disconnects a stream until it is started again.</summary>
    /// <param name="stream">The stream's name; null selects the only stream.</param>
    /// <param name="cancellation">Cancels the wait for the answer; a request already sent is still carried out.</param>
    /// <returns>A task that completes when the stream has accepted the command.</returns>
    /// <exception cref="StreamNotFoundException">The stream does not exist, or <paramref name="stream"/> is null and there is not exactly one.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task StopAsync(string? stream = null, CancellationToken cancellation = default);

    /// <summary>Closes the connection of a stream and opens a new one at once, after the last event.</summary>
    /// <param name="stream">The stream's name; null selects the only stream.</param>
    /// <param name="cancellation">Cancels the wait for the answer; a request already sent is still carried out.</param>
    /// <returns>A task that completes when the stream has accepted the command.</returns>
    /// <exception cref="StreamNotFoundException">The stream does not exist, or <paramref name="stream"/> is null and there is not exactly one.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task RestartAsync(string? stream = null, CancellationToken cancellation = default);

    /// <summary>Adds a stream with the handlers that were configured for all streams. It connects if it is enabled.</summary>
    /// <param name="options">The stream.</param>
    /// <param name="persist">Whether the stream is stored and comes back after a restart, until it is removed. Secrets are not stored. Default: false.</param>
    /// <param name="cancellation">Cancels the wait for the answer; a request already sent is still carried out.</param>
    /// <returns>The stream's name.</returns>
    /// <exception cref="McpSseConfigurationException">The options are faulty, or the name is taken; names every fault.</exception>
    /// <exception cref="InvalidOperationException">
    /// The host is shutting down, or can't store streams: that needs durable delivery. In a cluster: always, because every node configures the
    /// streams.
    /// </exception>
    /// <exception cref="PositionStoreException">The stream can't be stored now, and is not added.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<string> AddStreamAsync(StreamOptions options, bool persist = false, CancellationToken cancellation = default);

    /// <summary>
    /// Removes a stream, also from the store: reads no more, gives the events in flight up to <see cref="StreamOptions.ShutdownTimeout"/> to be handled, and stops its
    /// actors. Then its name is free.
    /// </summary>
    /// <param name="stream">The stream's name.</param>
    /// <param name="cancellation">Cancels the wait for the answer; a request already sent is still carried out.</param>
    /// <returns>False if the stream does not exist.</returns>
    /// <exception cref="InvalidOperationException">In a cluster: always, because every node configures the streams.</exception>
    /// <exception cref="TimeoutException">A handler blocks its thread and keeps the actors from stopping.</exception>
    /// <exception cref="PositionStoreException">The stream can't be removed from the store now, and stays.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived within <c>mcp-sse.shutdown-limit</c> plus twice <c>mcp-sse.ask-timeout</c>.</exception>
    Task<bool> RemoveStreamAsync(string stream, CancellationToken cancellation = default);

    /// <summary>Gets the names of all streams.</summary>
    /// <param name="cancellation">Cancels the wait for the answer.</param>
    /// <returns>The names, sorted.</returns>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<ImmutableArray<string>> GetStreamsAsync(CancellationToken cancellation = default);

    /// <summary>Reads the files of the streams (<c>FromToml</c>) again and applies the changes.</summary>
    /// <param name="cancellation">Cancels the wait for the answer; a request already sent is still carried out.</param>
    /// <returns>The changes; empty if there are none.</returns>
    /// <exception cref="McpSseConfigurationException">A file is faulty; nothing of it is applied.</exception>
    /// <exception cref="InvalidOperationException">
    /// No stream came from a file, the host is shutting down, or this node of a cluster runs no streams.
    /// </exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<ImmutableArray<ConfigurationChange>> ReloadAsync(CancellationToken cancellation = default);

    /// <summary>
    /// Reads events as they arrive, from the first <c>MoveNextAsync</c> on, each once and in order. A slow loop slows the stream down, as any handler
    /// does. The loop ends when the stream is removed or the host stops; while the stream is stopped or failed, the loop waits.
    /// </summary>
    /// <param name="pattern">A type (<c>chat.message</c>) or a pattern (<c>chat.*</c>; <c>*</c> is all).</param>
    /// <param name="stream">The stream's name; null selects the only stream.</param>
    /// <param name="cancellation">Ends the loop with <see cref="OperationCanceledException"/>.</param>
    /// <returns>The events.</returns>
    /// <exception cref="FormatException">The pattern is empty, contains a line break, or has more than 256 characters.</exception>
    /// <exception cref="InvalidOperationException">In a cluster, the stream runs on another node; thrown by the first <c>MoveNextAsync</c>.</exception>
    /// <exception cref="StreamNotFoundException">The stream does not exist; thrown by the first <c>MoveNextAsync</c>, as are timeouts.</exception>
    IAsyncEnumerable<McpEvent> ReadEventsAsync(string pattern = EventPattern.All, string? stream = null, CancellationToken cancellation = default);

    /// <summary>
    /// Subscribes to the updates of more resources of an MCP server, now and after every reconnect. Completes when the server has answered, or at
    /// once while the stream is not connected.
    /// </summary>
    /// <param name="uris">The URIs of the resources.</param>
    /// <param name="stream">The stream's name; null selects the only stream.</param>
    /// <param name="persist">Whether the change is stored and made again after a restart. Needs durable delivery. Default: false.</param>
    /// <param name="cancellation">Cancels the wait for the answer; a request already sent is still carried out.</param>
    /// <returns>What the stream asks for now, and what the server has granted.</returns>
    /// <exception cref="InvalidOperationException">
    /// The stream is a plain event stream. With <paramref name="persist"/>: the host can't store streams, as in a cluster, or a URI has user info, a
    /// query or a fragment, which may be secret.
    /// </exception>
    /// <exception cref="PositionStoreException">The change can't be stored now, and is not made.</exception>
    /// <exception cref="StreamNotFoundException">The stream does not exist, or <paramref name="stream"/> is null and there is not exactly one.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<McpSubscriptionState> AddMcpResourcesAsync(IEnumerable<string> uris, string? stream = null, bool persist = false, CancellationToken cancellation = default);

    /// <summary>Unsubscribes from the updates of resources; otherwise as <see cref="AddMcpResourcesAsync"/>.</summary>
    /// <param name="uris">The URIs of the resources.</param>
    /// <param name="stream">The stream's name; null selects the only stream.</param>
    /// <param name="persist">Whether the change is stored and made again after a restart. Needs durable delivery. Default: false.</param>
    /// <param name="cancellation">Cancels the wait for the answer; a request already sent is still carried out.</param>
    /// <returns>What the stream asks for now, and what the server has granted.</returns>
    /// <exception cref="InvalidOperationException">
    /// The stream is a plain event stream. With <paramref name="persist"/>: the host can't store streams, as in a cluster, or a URI has user info, a
    /// query or a fragment, which may be secret.
    /// </exception>
    /// <exception cref="PositionStoreException">The change can't be stored now, and is not made.</exception>
    /// <exception cref="StreamNotFoundException">The stream does not exist, or <paramref name="stream"/> is null and there is not exactly one.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<McpSubscriptionState> RemoveMcpResourcesAsync(IEnumerable<string> uris, string? stream = null, bool persist = false, CancellationToken cancellation = default);

    /// <summary>Replaces all that the stream asks an MCP server for; otherwise as <see cref="AddMcpResourcesAsync"/>.</summary>
    /// <param name="subscriptions">Everything to ask for.</param>
    /// <param name="stream">The stream's name; null selects the only stream.</param>
    /// <param name="persist">Whether the change is stored and made again after a restart. Needs durable delivery. Default: false.</param>
    /// <param name="cancellation">Cancels the wait for the answer; a request already sent is still carried out.</param>
    /// <returns>What the stream asks for now, and what the server has granted.</returns>
    /// <exception cref="InvalidOperationException">
    /// The stream is a plain event stream. With <paramref name="persist"/>: the host can't store streams, as in a cluster, or a URI has user info, a
    /// query or a fragment, which may be secret.
    /// </exception>
    /// <exception cref="PositionStoreException">The change can't be stored now, and is not made.</exception>
    /// <exception cref="StreamNotFoundException">The stream does not exist, or <paramref name="stream"/> is null and there is not exactly one.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<McpSubscriptionState> SetMcpSubscriptionsAsync(McpSubscriptions subscriptions, string? stream = null, bool persist = false, CancellationToken cancellation = default);

    /// <summary>Gets what the stream asks an MCP server for, and what the server has granted.</summary>
    /// <param name="stream">The stream's name; null selects the only stream.</param>
    /// <param name="cancellation">Cancels the wait for the answer.</param>
    /// <returns>What the stream asks for now, and what the server has granted.</returns>
    /// <exception cref="InvalidOperationException">The stream is a plain event stream.</exception>
    /// <exception cref="StreamNotFoundException">The stream does not exist, or <paramref name="stream"/> is null and there is not exactly one.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<McpSubscriptionState> GetMcpSubscriptionsAsync(string? stream = null, CancellationToken cancellation = default);

    /// <summary>Gets the types of events that the server of an MCP stream offers, as it lists them now; the stream need not be connected.</summary>
    /// <param name="stream">The stream's name; null selects the only stream.</param>
    /// <param name="cancellation">Cancels the wait for the answer, which takes at most the <c>connection_timeout</c> of the stream.</param>
    /// <returns>The types.</returns>
    /// <exception cref="InvalidOperationException">The stream is a plain event stream, the server can't be reached, or it has no events. The message says which.</exception>
    /// <exception cref="StreamNotFoundException">The stream does not exist, or <paramref name="stream"/> is null and there is not exactly one.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<McpEventTypes> GetEventTypesAsync(string? stream = null, CancellationToken cancellation = default);

    /// <summary>
    /// Takes in what an MCP server has posted to the webhook of a subscription (<see cref="McpEventMode.Webhook"/>). With ASP.NET Core, <c>MapMcpEventsWebhook</c>
    /// of the package <c>McpSseActors.Webhooks</c> calls this. Checks signature and form, and waits up to 4 seconds until every handler has
    /// finished the event.
    /// </summary>
    /// <param name="delivery">The request.</param>
    /// <param name="cancellation">Cancels the wait; the event is handled all the same.</param>
    /// <returns>The answer to send.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="delivery"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The streams have ended with their host, or the host has none.</exception>
    /// <exception cref="OperationCanceledException"><paramref name="cancellation"/> was canceled.</exception>
    Task<McpWebhookReply> ReceiveWebhookAsync(McpWebhookDelivery delivery, CancellationToken cancellation = default);

    /// <summary>Gets events that handlers could not handle, oldest first.</summary>
    /// <param name="filter">Selects letters; null selects all.</param>
    /// <param name="count">The maximum number of letters, up to 1,000. Default: 100. The list ends sooner when its events have more than 1 MiB.</param>
    /// <param name="after">Where the list begins: <see cref="DeadLetterList.Next"/> of the list before; null for the oldest letter.</param>
    /// <param name="cancellation">Cancels the wait for the answer.</param>
    /// <returns>The letters, and where the next list begins.</returns>
    /// <exception cref="FormatException">The event type of the filter is not a pattern.</exception>
    /// <exception cref="PositionStoreException">The store does not answer.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<DeadLetterList> GetDeadLettersAsync(DeadLetterFilter? filter = null, int count = 100, string? after = null, CancellationToken cancellation = default);

    /// <summary>Gets one dead letter.</summary>
    /// <param name="id">Its ID.</param>
    /// <param name="cancellation">Cancels the wait for the answer.</param>
    /// <returns>The letter; null if there is none of this ID.</returns>
    /// <exception cref="PositionStoreException">The store does not answer.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<StoredDeadLetter?> GetDeadLetterAsync(string id, CancellationToken cancellation = default);

    /// <summary>Counts dead letters.</summary>
    /// <param name="filter">Selects letters; null selects all.</param>
    /// <param name="cancellation">Cancels the wait for the answer.</param>
    /// <returns>The number of letters, and how many a limit has discarded.</returns>
    /// <exception cref="FormatException">The event type of the filter is not a pattern.</exception>
    /// <exception cref="PositionStoreException">The store does not answer.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<DeadLetterCount> CountDeadLettersAsync(DeadLetterFilter? filter = null, CancellationToken cancellation = default);

    /// <summary>Gives events to the handlers that failed on them again, and discards those that are handled then. Waits up to half of <c>mcp-sse.ask-timeout</c> for the handlers, which go on afterwards.</summary>
    /// <param name="filter">Selects letters; <see cref="DeadLetterFilter.All"/> selects all.</param>
    /// <param name="cancellation">Cancels the wait for the answer; a request already sent is still carried out.</param>
    /// <returns>How many were handled, stay, and are under way, and why they stay.</returns>
    /// <exception cref="FormatException">The event type of the filter is not a pattern.</exception>
    /// <exception cref="PositionStoreException">The store does not answer.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<DeadLettersRetried> RetryDeadLettersAsync(DeadLetterFilter filter, CancellationToken cancellation = default);

    /// <summary>Discards dead letters.</summary>
    /// <param name="filter">Selects letters; <see cref="DeadLetterFilter.All"/> selects all.</param>
    /// <param name="cancellation">Cancels the wait for the answer; a request already sent is still carried out.</param>
    /// <returns>The number of letters discarded.</returns>
    /// <exception cref="FormatException">The event type of the filter is not a pattern.</exception>
    /// <exception cref="PositionStoreException">The store does not answer.</exception>
    /// <exception cref="AskTimeoutException">No answer arrived in time.</exception>
    Task<int> DiscardDeadLettersAsync(DeadLetterFilter filter, CancellationToken cancellation = default);

    /// <summary>Calls back on each state change of every stream, one after the other.</summary>
    /// <param name="callback">The callback. It runs on an actor's thread and must not block; its exceptions are logged.</param>
    /// <returns>The subscription; dispose it to end the calls.</returns>
    /// <exception cref="ArgumentNullException"><paramref name="callback"/> is null.</exception>
    /// <exception cref="InvalidOperationException">The streams have ended with their host, or the host has none.</exception>
    IDisposable OnStateChanged(Action<StreamStateChanged> callback);
}

namespace McpSseActors;

/// <summary>
/// The payload of an event does not fit the type that its event type is mapped to. The event went to its handlers as a plain
/// <see cref="McpEvent"/>. Published on the actor system's event stream, once per event: any actor receives it after
/// <c>Context.System.EventStream.Subscribe(Self, typeof(PayloadRejected))</c>.
/// </summary>
/// <param name="Event">The event as received.</param>
/// <param name="PayloadType">The .NET type of the mapping.</param>
/// <param name="Reason">The reason: the place in the JSON or the type of the exception, never the data. The place can name the keys of a
/// dictionary.</param>
public sealed record PayloadRejected(McpEvent Event, string PayloadType, string Reason) : IMcpSseMessage;

/// <summary>
/// A handler has stopped or could not be created, and receives no more events. Not published for a handler that is removed or stops with its host.
/// Published on the actor system's event stream: any actor receives it after
/// <c>Context.System.EventStream.Subscribe(Self, typeof(HandlerStopped))</c>.
/// </summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Handler">The handler's name.</param>
/// <param name="Pattern">The types that it received; <c>*</c> is all.</param>
/// <param name="Reason">The reason, for operators; names the type of the exception, never its message.</param>
public sealed record HandlerStopped(string Stream, string Handler, string Pattern, string Reason) : IMcpSseMessage;

/// <summary>A handler of a stream that could not be created or has stopped: see <see cref="StreamStats.StoppedHandlers"/>.</summary>
/// <param name="Name">The handler's name.</param>
/// <param name="Pattern">The types that it received; <c>*</c> is all.</param>
/// <param name="Reason">The reason, for operators.</param>
/// <param name="Timestamp">When it stopped, UTC.</param>
public sealed record StoppedHandler(string Name, string Pattern, string Reason, DateTimeOffset Timestamp) : IMcpSseMessage;

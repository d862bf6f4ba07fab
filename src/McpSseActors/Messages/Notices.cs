namespace McpSseActors;

/// <summary>
/// The payload of an event does not fit the type that its event type is mapped to. The event went to its handlers as a plain
/// <see cref="McpEvent"/>. Published on the actor system's event stream, once for each such event: any actor receives it after
/// <c>Context.System.EventStream.Subscribe(Self, typeof(PayloadRejected))</c>.
/// </summary>
/// <param name="Event">The event as it came.</param>
/// <param name="PayloadType">The .NET type that it should have been.</param>
/// <param name="Reason">Why it is not: the place in the JSON or the type of what was thrown, never the data. The place can name the keys of a
/// dictionary.</param>
public sealed record PayloadRejected(McpEvent Event, string PayloadType, string Reason) : IMcpSseMessage;

/// <summary>
/// A handler has ended, or could not be made, and receives no more events; not said of one that was removed or that ends with its host.
/// Published on the actor system's event stream: any actor receives it after
/// <c>Context.System.EventStream.Subscribe(Self, typeof(HandlerStopped))</c>.
/// </summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Handler">The handler's name.</param>
/// <param name="Pattern">The types that it received; <c>*</c> is all.</param>
/// <param name="Reason">Why, in words for an operator; names the type of what was thrown, never its message.</param>
public sealed record HandlerStopped(string Stream, string Handler, string Pattern, string Reason) : IMcpSseMessage;

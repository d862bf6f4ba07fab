using Akka.Actor;

namespace McpSseActors;

/// <summary>
/// Adds a handler at run time. Does not leave the process. Reply: <see cref="HandlerAdded"/>, or a failure with the cause if the handler's actor
/// cannot be created.
/// </summary>
/// <param name="Handler">The handler.</param>
/// <param name="Stream">The stream's name; null selects the only stream.</param>
public sealed record AddHandler(HandlerRegistration Handler, string? Stream = null)
    : IStreamRequest, INoSerializationVerificationNeeded;

/// <summary>A handler was added; it receives every event dispatched from now on.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Name">The handler's name, for <see cref="RemoveHandler"/>.</param>
public sealed record HandlerAdded(string Stream, string Name) : IMcpSseMessage;

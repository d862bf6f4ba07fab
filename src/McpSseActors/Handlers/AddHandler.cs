using Akka.Actor;

namespace McpSseActors;

/// <summary>Adds a handler while running. Does not leave the process. Reply: <see cref="HandlerAdded"/>.</summary>
/// <param name="Handler">The handler.</param>
/// <param name="Stream">The stream's name; null is the only stream there is.</param>
public sealed record AddHandler(HandlerRegistration Handler, string? Stream = null)
    : IStreamRequest, INoSerializationVerificationNeeded;

/// <summary>A handler was added; it receives every event dispatched from now on.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Name">The name with which <see cref="RemoveHandler"/> takes it away again.</param>
public sealed record HandlerAdded(string Stream, string Name) : IMcpSseMessage;

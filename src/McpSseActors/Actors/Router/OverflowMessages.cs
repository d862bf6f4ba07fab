using Akka.Actor;

namespace McpSseActors.Actors.Router;

/// <summary>Router to queue: hand on what waits; reply: <see cref="ActorIdentity"/> when the handler is done with all of it.</summary>
/// <param name="Fence">The number of the router's fence.</param>
internal sealed record Flush(long Fence) : IPipelineMessage;

/// <summary>Router to queue: the handler threw at what it was handed.</summary>
/// <param name="Fault">What it threw.</param>
internal sealed record HandlerThrew(Exception Fault) : IPipelineMessage;

/// <summary>Router to queue: the handler was removed. Hand on what waits, and then end.</summary>
/// <param name="EndsHandler">Whether the handler ends as well.</param>
internal sealed record CloseQueue(bool EndsHandler) : IPipelineMessage;

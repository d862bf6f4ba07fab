using McpSseActors.Configuration;

namespace McpSseActors.Actors;

/// <summary>Supervisor to stream, and on to its actors: the options have changed.</summary>
/// <param name="Options">All options; the name is the same.</param>
/// <param name="Reach">How far the farthest change goes.</param>
internal sealed record Reconfigure(StreamOptions Options, KeyReach Reach) : IPipelineMessage;

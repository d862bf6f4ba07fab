using McpSseActors.Connections;
using McpSseActors.Mcp;

namespace McpSseActors.Actors;

/// <summary>What the streams of a host share.</summary>
/// <param name="Pace">How fast they may reconnect to one server.</param>
/// <param name="Eras">What was found out about MCP servers.</param>
internal sealed record SharedByStreams(ReconnectLimiter Pace, McpEras Eras);

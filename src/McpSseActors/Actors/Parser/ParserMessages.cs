using System.Diagnostics;
using McpSseActors.Actors.Connection;
using McpSseActors.Actors.Positions;
using McpSseActors.Connections;
using McpSseActors.Sse;

namespace McpSseActors.Actors.Parser;

/// <summary>Connection to parser, and on to router: the chunks of a new epoch follow.</summary>
/// <param name="Epoch">The number of the attempt.</param>
/// <param name="Position">Where the stream resumes.</param>
/// <param name="Links">Links the events to the span of the attempt; null if it has none.</param>
/// <param name="Ticket">What lets handlers save positions; null if they don't.</param>
internal sealed record StreamOpening(long Epoch, StreamPosition Position, ActivityLink[]? Links = null, PositionTicket? Ticket = null) : IPipelineMessage;

/// <summary>Attempt to parser: a chunk of an epoch. Reply, if its events need more room than the chunk: <see cref="Charge"/>.</summary>
/// <param name="Epoch">The number of the attempt.</param>
/// <param name="Chunk">The chunk; the parser returns its buffer.</param>
internal sealed record ChunkReceived(long Epoch, Chunk Chunk) : IPipelineMessage;

/// <summary>
/// Connection to parser, and on to router: nothing more of this epoch follows. Reply, from the router to the
/// connection: <see cref="Drained"/>.
/// </summary>
/// <param name="Epoch">The number of the attempt that is over.</param>
internal sealed record Drain(long Epoch) : IPipelineMessage;

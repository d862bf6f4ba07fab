using System.Collections.Immutable;
using Akka.Actor;

namespace McpSseActors;

/// <summary>
/// Adds a stream while running, with the handlers that were registered for all streams at the start; it connects if it is enabled. Does not
/// leave the process. Reply: <see cref="StreamAdded"/>, or a failure: <see cref="McpSseConfigurationException"/> with every fault, a name that
/// is taken among them; <see cref="InvalidOperationException"/> when the host is shutting down.
/// </summary>
/// <param name="Options">The stream. An empty name is the host of its URL.</param>
public sealed record AddStream(StreamOptions Options) : INoSerializationVerificationNeeded;

/// <summary>A stream was added; what becomes of its connection is told by <see cref="StreamStateChanged"/>.</summary>
/// <param name="Stream">Its name.</param>
public sealed record StreamAdded(string Stream) : IMcpSseMessage;

/// <summary>
/// Takes a stream away: it reads nothing more, what is in flight has its <c>shutdown_timeout</c> to be handled, and its actors stop. It is not
/// found any more from the request on, and its name is free from the answer on. Reply: <see cref="StreamRemoved"/>; a failure,
/// <see cref="TimeoutException"/>, when a handler blocks its thread and keeps the actors from stopping.
/// </summary>
/// <param name="Stream">The stream's name.</param>
public sealed record RemoveStream(string Stream) : IMcpSseMessage;

/// <summary>The answer to <see cref="RemoveStream"/>.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Existed">False when there was no such stream.</param>
public sealed record StreamRemoved(string Stream, bool Existed) : IMcpSseMessage;

/// <summary>Asks which streams there are. Reply: <see cref="StreamList"/>.</summary>
public sealed record GetStreams : IMcpSseMessage;

/// <summary>The streams that there are, without those that are being removed.</summary>
/// <param name="Streams">Their names, sorted.</param>
public sealed record StreamList(ImmutableArray<string> Streams) : IMcpSseMessage;

using System.Collections.Immutable;
using Akka.Actor;

namespace McpSseActors;

/// <summary>
/// Adds a stream at run time, with the handlers that were configured for all streams; it connects if it is enabled. Does not
/// leave the process. Reply: <see cref="StreamAdded"/>, or a failure: <see cref="McpSseConfigurationException"/> with every fault, a name that
/// is taken among them; <see cref="InvalidOperationException"/> when the host is shutting down, or can't store streams;
/// <see cref="PositionStoreException"/> when the stream can't be stored now.
/// </summary>
/// <param name="Options">The stream. If its name is empty, it is the host of its URL.</param>
/// <param name="Persist">Whether the stream is stored and comes back after a restart, until it is removed. Needs durable delivery. Secrets are not stored. Default: false.</param>
public sealed record AddStream(StreamOptions Options, bool Persist = false) : INoSerializationVerificationNeeded;

/// <summary>A stream was added. <see cref="StreamStateChanged"/> reports its connection.</summary>
/// <param name="Stream">Its name.</param>
public sealed record StreamAdded(string Stream) : IMcpSseMessage;

/// <summary>
/// Removes a stream, also from the store: it reads no more, gives the events in flight up to <c>shutdown_timeout</c> to be handled, and stops its actors. Requests no
/// longer find it, and after the reply its name is free. Reply: <see cref="StreamRemoved"/>, or a failure,
/// <see cref="TimeoutException"/>, when a handler blocks its thread and keeps the actors from stopping, or <see cref="PositionStoreException"/>
/// when the stream can't be removed from the store: then it stays.
/// </summary>
/// <param name="Stream">The stream's name.</param>
public sealed record RemoveStream(string Stream) : IMcpSseMessage;

/// <summary>The reply to <see cref="RemoveStream"/>.</summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="Existed">False if no stream had this name.</param>
public sealed record StreamRemoved(string Stream, bool Existed) : IMcpSseMessage;

/// <summary>Gets the names of all streams. Reply: <see cref="StreamList"/>.</summary>
public sealed record GetStreams : IMcpSseMessage;

/// <summary>The names of all streams, without those that are being removed.</summary>
/// <param name="Streams">Their names, sorted.</param>
public sealed record StreamList(ImmutableArray<string> Streams) : IMcpSseMessage;

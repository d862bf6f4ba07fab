using System.Collections.Immutable;

namespace McpSseActors;

/// <summary>
/// Subscribes the sender, which may be in another process, to state changes. Send it with <c>Tell</c>: with <c>Ask</c>, the sender gets the current
/// states and nothing more. Reply: <see cref="StatesSubscribed"/>, then each <see cref="StreamStateChanged"/>, in order and without a gap, until
/// <see cref="UnsubscribeStates"/> or until the subscriber stops. If the stream does not exist, the reply is a failure:
/// <see cref="StreamNotFoundException"/>. A second subscription adds to the first.
/// </summary>
/// <param name="Stream">The stream's name; null selects every stream, including those added later.</param>
public sealed record SubscribeStates(string? Stream = null) : IMcpSseMessage;

/// <summary>The sender is subscribed.</summary>
/// <param name="States">The last change of each subscribed stream, sorted by name.</param>
public sealed record StatesSubscribed(ImmutableArray<StreamStateChanged> States) : IMcpSseMessage;

/// <summary>Ends all subscriptions of the sender. Reply: <see cref="StatesUnsubscribed"/>.</summary>
public sealed record UnsubscribeStates : IMcpSseMessage;

/// <summary>The reply to <see cref="UnsubscribeStates"/>; no change follows it.</summary>
/// <param name="Existed">False if the sender was not subscribed.</param>
public sealed record StatesUnsubscribed(bool Existed) : IMcpSseMessage;

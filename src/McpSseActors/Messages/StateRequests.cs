using System.Collections.Immutable;

namespace McpSseActors;

/// <summary>
/// Subscribes the sender, which may be in another process, to state changes. Tell it: the subscriber is whoever sent it, and an <c>Ask</c> gets the
/// states as they are and nothing more. Reply: <see cref="StatesSubscribed"/>, and from then on each <see cref="StreamStateChanged"/>, in order and without a gap, until
/// <see cref="UnsubscribeStates"/> or the subscriber's end. A stream that does not exist is answered with a failure:
/// <see cref="StreamNotFoundException"/>. A second subscription adds to the first.
/// </summary>
/// <param name="Stream">The stream's name; null is every stream, those added later too.</param>
public sealed record SubscribeStates(string? Stream = null) : IMcpSseMessage;

/// <summary>The sender is subscribed.</summary>
/// <param name="States">The last change of each stream that was subscribed to, sorted by name.</param>
public sealed record StatesSubscribed(ImmutableArray<StreamStateChanged> States) : IMcpSseMessage;

/// <summary>Ends all subscriptions of the sender. Reply: <see cref="StatesUnsubscribed"/>.</summary>
public sealed record UnsubscribeStates : IMcpSseMessage;

/// <summary>The answer to <see cref="UnsubscribeStates"/>; no change follows it.</summary>
/// <param name="Existed">False when there was no subscription.</param>
public sealed record StatesUnsubscribed(bool Existed) : IMcpSseMessage;

namespace McpSseActors;

/// <summary>The life of a stream, as everyone sees it.</summary>
public enum ConnectionState
{
    /// <summary>Configured with <c>enable = false</c>: never connects.</summary>
    Disabled,

    /// <summary>Not started yet.</summary>
    Idle,

    /// <summary>A request is under way; no response headers yet.</summary>
    Connecting,

    /// <summary>The server accepted; events flow.</summary>
    Connected,

    /// <summary>Lost; waiting for the next attempt.</summary>
    BackingOff,

    /// <summary>Ended on purpose: by a command, by the server (204), or by <c>enable_reconnect = false</c>.</summary>
    Stopped,

    /// <summary>Ended because trying on is pointless: a final answer of the server, or all attempts used up.</summary>
    Failed,
}

/// <summary>
/// A stream changed its state. Published on the actor system's event stream: any actor receives it after
/// <c>Context.System.EventStream.Subscribe(Self, typeof(StreamStateChanged))</c>. <see cref="SubscribeStates"/> also tells the states
/// before, and reaches actors of other processes.
/// </summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="OldState">The state before.</param>
/// <param name="NewState">The state now.</param>
/// <param name="Reason">Why, in words for an operator; never holds a secret.</param>
/// <param name="Attempt">The consecutive reconnect attempt this belongs to; 0 for the first connection and after a healthy one.</param>
/// <param name="RetryIn">How long until the next attempt; null unless the new state is <see cref="ConnectionState.BackingOff"/>.</param>
/// <param name="Timestamp">When, UTC.</param>
public sealed record StreamStateChanged(
    string Stream,
    ConnectionState OldState,
    ConnectionState NewState,
    string Reason,
    int Attempt,
    TimeSpan? RetryIn,
    DateTimeOffset Timestamp) : IMcpSseMessage
{
    /// <summary>Stands for the last change of a stream that has had none.</summary>
    internal static StreamStateChanged NotStarted(string stream, DateTimeOffset now) =>
        new(stream, ConnectionState.Idle, ConnectionState.Idle, "not started yet", 0, null, now);
}

using System.Text.Json.Serialization;

namespace McpSseActors;

/// <summary>The state of a stream. In JSON it is its name.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<ConnectionState>))]
public enum ConnectionState
{
    /// <summary>Configured with <c>enable = false</c>; never connects.</summary>
    Disabled,

    /// <summary>Not started yet.</summary>
    Idle,

    /// <summary>A request is sent; the response has not begun.</summary>
    Connecting,

    /// <summary>The server accepted the request; events arrive.</summary>
    Connected,

    /// <summary>Disconnected; waits for the next attempt.</summary>
    BackingOff,

    /// <summary>Ended intentionally: by a command, by the server (204), or by <c>enable_reconnect = false</c>.</summary>
    Stopped,

    /// <summary>Ended because another attempt cannot succeed (the server refused for good), or all attempts are used up.</summary>
    Failed,
}

/// <summary>
/// The state of a stream has changed. Published on the actor system's event stream: any actor receives it after
/// <c>Context.System.EventStream.Subscribe(Self, typeof(StreamStateChanged))</c>. <see cref="SubscribeStates"/> also sends the
/// current states first, and reaches actors of other processes.
/// </summary>
/// <param name="Stream">The stream's name.</param>
/// <param name="OldState">The state before.</param>
/// <param name="NewState">The state now.</param>
/// <param name="Reason">The reason, for operators; never contains a secret.</param>
/// <param name="Attempt">The number of consecutive reconnect attempts; 0 for the first connection and after a healthy one.</param>
/// <param name="RetryIn">The time until the next attempt; null unless the new state is <see cref="ConnectionState.BackingOff"/>.</param>
/// <param name="Timestamp">When the state changed, UTC.</param>
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

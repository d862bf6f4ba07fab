namespace McpSseActors.Sse;

/// <summary>
/// A place in a stream from which a transport can resume. Immutable, so that it can be sent and stored. Only transports
/// look into it; everyone else keeps it, passes it on, and shows its last event ID.
/// </summary>
/// <param name="LastEventId">The last event ID; empty for none.</param>
/// <param name="ReconnectionTime">
/// The reconnection time that the server gave last (<c>retry:</c>); null if it gave none.
/// </param>
/// <param name="Session">The session in which the ID is valid; null where the transport has none.</param>
internal sealed record StreamPosition(string LastEventId, TimeSpan? ReconnectionTime = null, StreamSession? Session = null)
{
    /// <summary>Gets what the position belongs to: of another source, it means nothing. Null if it is not stored.</summary>
    public StreamSource? Of { get; init; }

    /// <summary>Gets the beginning of a stream.</summary>
    public static StreamPosition Start { get; } = new("");
}

/// <summary>What a stored position belongs to, defined by what stores it.</summary>
internal abstract record StreamSource;

/// <summary>A session on the server, defined by the transport that speaks with it.</summary>
internal abstract record StreamSession;

namespace McpSseActors.TestServer.Web;

/// <summary>What a demo server does, for observers.</summary>
public enum ServerActivityKind
{
    /// <summary>A client was accepted.</summary>
    Accepted,

    /// <summary>A client came back with its last event ID.</summary>
    Resumed,

    /// <summary>The server cut the TCP connection.</summary>
    Aborted,

    /// <summary>The server ended the stream cleanly, or has nothing more to send.</summary>
    Ended,

    /// <summary>The server answered 503.</summary>
    Refused,

    /// <summary>The client brought no key, or a wrong one.</summary>
    Unauthorized,

    /// <summary>The client went away.</summary>
    Left,
}

/// <summary>One thing that a demo server did.</summary>
/// <param name="Kind">What it was.</param>
/// <param name="Connection">The connection's number from 1; null where a request never became one.</param>
/// <param name="Text">The same in words.</param>
/// <param name="LastEventId">The <c>Last-Event-ID</c> or the cursor of the request, if any.</param>
public sealed record ServerActivity(ServerActivityKind Kind, int? Connection, string Text, string? LastEventId = null);

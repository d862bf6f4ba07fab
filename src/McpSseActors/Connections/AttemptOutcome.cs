namespace McpSseActors.Connections;

/// <summary>
/// How a connection attempt ended, as the transport saw it. <see cref="RetryPolicy"/> decides what follows.
/// </summary>
internal abstract record AttemptOutcome
{
    private AttemptOutcome()
    {
    }

    /// <summary>The server accepted: bytes can be read.</summary>
    /// <param name="PermanentUrl">The URL after permanent redirects, at which the next attempt starts.</param>
    internal sealed record Opened(Uri PermanentUrl) : AttemptOutcome;

    /// <summary>The server ended the stream cleanly.</summary>
    /// <param name="IsPoll">
    /// Whether the server wants to be polled: it set a cursor and a reconnection time (MCP 2025-11-25, SEP-1699).
    /// </param>
    internal sealed record Ended(bool IsPoll = false) : AttemptOutcome;

    /// <summary>The connection could not be made, or was lost.</summary>
    /// <param name="Reason">The reason, for an operator.</param>
    internal sealed record Lost(string Reason) : AttemptOutcome;

    /// <summary>The server answered with another status than 200.</summary>
    /// <param name="Status">The HTTP status.</param>
    /// <param name="RetryAfter">The wait that the server requested.</param>
    internal sealed record Rejected(int Status, RetryAfter? RetryAfter = null) : AttemptOutcome;

    /// <summary>The response of the server is not an event stream, and a retry would not change that.</summary>
    /// <param name="Reason">The reason, for an operator.</param>
    internal sealed record NotSupported(string Reason) : AttemptOutcome;

    /// <summary>The client closed the connection on purpose.</summary>
    /// <param name="Reason">The command.</param>
    internal sealed record Abandoned(string Reason) : AttemptOutcome;
}

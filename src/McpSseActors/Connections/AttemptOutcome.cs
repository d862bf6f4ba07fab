namespace McpSseActors.Connections;

/// <summary>How a connection attempt went, as the transport saw it. What follows from it is <see cref="RetryPolicy"/>'s matter.</summary>
internal abstract record AttemptOutcome
{
    private AttemptOutcome()
    {
    }

    /// <summary>The server accepted: bytes can be read.</summary>
    /// <param name="PermanentUrl">Where permanent redirects led; the next attempt starts there.</param>
    internal sealed record Opened(Uri PermanentUrl) : AttemptOutcome;

    /// <summary>The server ended the stream cleanly.</summary>
    /// <param name="IsPoll">Whether it wants to be polled: it set a cursor, and said when to come back (MCP 2025-11-25, SEP-1699).</param>
    internal sealed record Ended(bool IsPoll = false) : AttemptOutcome;

    /// <summary>The connection could not be made, or broke.</summary>
    /// <param name="Reason">In words for an operator.</param>
    internal sealed record Lost(string Reason) : AttemptOutcome;

    /// <summary>The server answered with another status than 200.</summary>
    /// <param name="Status">The HTTP status.</param>
    /// <param name="RetryAfter">The wait that the server asked for.</param>
    internal sealed record Rejected(int Status, TimeSpan? RetryAfter = null) : AttemptOutcome;

    /// <summary>What the server said can never become an event stream.</summary>
    /// <param name="Reason">In words for an operator.</param>
    internal sealed record NotSupported(string Reason) : AttemptOutcome;

    /// <summary>We dropped it on purpose.</summary>
    /// <param name="Reason">The command.</param>
    internal sealed record Abandoned(string Reason) : AttemptOutcome;
}

namespace McpSseActors.Connections;

/// <summary>What a connection's owner does after an attempt, as <see cref="RetryPolicy"/> decides it.</summary>
internal abstract record NextStep(string Reason)
{
    /// <summary>Make another attempt at once.</summary>
    internal sealed record ConnectNow(string Reason, bool IsReauthentication = false) : NextStep(Reason);

    /// <summary>Make another attempt after a while.</summary>
    internal sealed record ConnectLater(string Reason, TimeSpan Delay) : NextStep(Reason);

    /// <summary>Make no other attempt.</summary>
    internal sealed record Rest(string Reason, ConnectionState State) : NextStep(Reason);
}

/// <summary>What went before an attempt.</summary>
/// <param name="Failures">The failures in a row before it.</param>
/// <param name="ServerRetry">The reconnection time that the server gave last.</param>
/// <param name="HasReauthenticated">Whether a fresh token was asked for since the last acceptance.</param>
internal readonly record struct AttemptHistory(int Failures = 0, TimeSpan? ServerRetry = null, bool HasReauthenticated = false);

namespace McpSseActors.Connections;

/// <summary>What follows an attempt, as <see cref="RetryPolicy"/> decides.</summary>
internal abstract record NextStep(string Reason)
{
    /// <summary>Makes another attempt at once.</summary>
    /// <param name="Reason">The reason, for an operator.</param>
    /// <param name="IsReauthentication">Whether the credential source is asked for a fresh token.</param>
    /// <param name="ForgetsPosition">Whether it starts without the last event ID, so that events may be missing.</param>
    internal sealed record ConnectNow(string Reason, bool IsReauthentication = false, bool ForgetsPosition = false) : NextStep(Reason);

    /// <summary>Makes another attempt after a delay.</summary>
    internal sealed record ConnectLater(string Reason, TimeSpan Delay) : NextStep(Reason);

    /// <summary>Makes no other attempt.</summary>
    internal sealed record Rest(string Reason, ConnectionState State) : NextStep(Reason);
}

/// <summary>What preceded an attempt.</summary>
/// <param name="Failures">The failures in a row before it.</param>
/// <param name="ServerRetry">The reconnection time that the server gave last.</param>
/// <param name="HasReauthenticated">Whether a fresh token was requested since the server last accepted.</param>
/// <param name="LastEventIdBytes">The length of the last event ID in UTF-8.</param>
internal readonly record struct AttemptHistory(int Failures = 0, TimeSpan? ServerRetry = null, bool HasReauthenticated = false, int LastEventIdBytes = 0);

namespace McpSseActors.Connections;

/// <summary>What follows an attempt, as <see cref="RetryPolicy"/> decides.</summary>
internal abstract record NextStep(string Reason)
{
    /// <summary>Makes another attempt at once.</summary>
    internal sealed record ConnectNow(string Reason, bool IsReauthentication = false) : NextStep(Reason);

    /// <summary>Makes another attempt after a delay.</summary>
    internal sealed record ConnectLater(string Reason, TimeSpan Delay) : NextStep(Reason);

    /// <summary>Makes no other attempt.</summary>
    internal sealed record Rest(string Reason, ConnectionState State) : NextStep(Reason);
}

/// <summary>What preceded an attempt.</summary>
/// <param name="Failures">The failures in a row before it.</param>
/// <param name="ServerRetry">The reconnection time that the server gave last.</param>
/// <param name="HasReauthenticated">Whether a fresh token was requested since the server last accepted.</param>
internal readonly record struct AttemptHistory(int Failures = 0, TimeSpan? ServerRetry = null, bool HasReauthenticated = false);

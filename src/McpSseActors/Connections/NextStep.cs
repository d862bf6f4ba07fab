using McpSseActors.Configuration;
using McpSseActors.Messages;

namespace McpSseActors.Connections;

/// <summary>What a connection's owner does after an attempt: <see cref="RetryPolicy"/>'s decision within the stream's limits.</summary>
internal abstract record NextStep(string Reason)
{
    /// <summary>Make another attempt at once, with a fresh token.</summary>
    internal sealed record ConnectNow(string Reason) : NextStep(Reason);

    /// <summary>Make another attempt after a while.</summary>
    internal sealed record ConnectLater(string Reason, TimeSpan Delay) : NextStep(Reason);

    /// <summary>Make no other attempt.</summary>
    internal sealed record Rest(string Reason, ConnectionState State) : NextStep(Reason);

    /// <summary>The step after an attempt. Pure.</summary>
    /// <param name="outcome">How the attempt ended.</param>
    /// <param name="options">The stream's options.</param>
    /// <param name="failures">The failures in a row before this one.</param>
    /// <param name="serverRetry">The reconnection time that the server gave last.</param>
    /// <param name="hasReauthenticated">Whether a fresh token was asked for since the last acceptance.</param>
    /// <param name="random">From 0 to 1: how much of the jitter is taken off.</param>
    public static NextStep After(
        AttemptOutcome outcome, StreamOptions options, int failures, TimeSpan? serverRetry, bool hasReauthenticated, double random) =>
        RetryPolicy.Decide(outcome, options, canReauthenticate: options.Credentials is not null && !hasReauthenticated) switch
        {
            RetryDecision.Reauthenticate again => new ConnectNow($"{again.Reason}; asking for a fresh token"),
            RetryDecision.Stop stop => new Rest(stop.Reason, ConnectionState.Stopped),
            RetryDecision.Fail fail => new Rest(fail.Reason, ConnectionState.Failed),
            RetryDecision.Retry retry when !options.EnableReconnect =>
                new Rest($"{retry.Reason}; enable_reconnect is false", ConnectionState.Stopped),
            RetryDecision.Retry retry when options.MaxReconnectAttempts >= 0 && failures >= options.MaxReconnectAttempts =>
                new Rest($"{retry.Reason}; gave up after {options.MaxReconnectAttempts} reconnect attempt(s)", ConnectionState.Failed),
            RetryDecision.Retry retry => new ConnectLater(retry.Reason, Backoff.Delay(options, failures + 1, serverRetry, retry.RetryAfter, random)),
            var unknown => throw new ArgumentOutOfRangeException(nameof(outcome), unknown, "not a decision"),
        };
}

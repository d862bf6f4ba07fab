using System.Globalization;

namespace McpSseActors.Connections;

/// <summary>Decides what follows an attempt. Pure.</summary>
internal static class RetryPolicy
{
    /// <summary>Common servers accept 8 KiB of headers, in bytes; this leaves half of it for the others.</summary>
    private const int LongLastEventId = 4096;

    /// <summary>Gets the step after an attempt.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="options">The stream's options.</param>
    /// <param name="history">What preceded it.</param>
    /// <param name="random">
    /// A random number from 0 to 1: the part of the jitter that is subtracted from the delay.
    /// </param>
    public static NextStep Decide(AttemptOutcome outcome, StreamOptions options, AttemptHistory history, double random)
    {
        return outcome switch
        {
            AttemptOutcome.Ended => Retry("the server ended the stream"),
            AttemptOutcome.Lost lost => Retry(lost.Reason),
            AttemptOutcome.NotSupported wrong => Fail(wrong.Reason),
            AttemptOutcome.Abandoned abandoned => new NextStep.ConnectNow(abandoned.Reason),
            AttemptOutcome.Rejected rejected => DecideOn(rejected.Status, $"the server answered {Name(rejected.Status)}", rejected.RetryAfter),
            _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "not the outcome of an attempt that is over"),
        };

        NextStep DecideOn(int status, string answer, RetryAfter? retryAfter) => status switch
        {
            _ when options.RetryableStatus.Contains(status) => Retry(answer, retryAfter),
            204 => new NextStep.Rest($"{answer}: it asks clients to stop", ConnectionState.Stopped),
            401 or 403 when options.Credentials is not null && !history.HasReauthenticated =>
                new NextStep.ConnectNow($"{answer}; asking for a fresh token", IsReauthentication: true),
            401 => Fail($"{answer}: the credentials are missing or wrong; check auth_key"),
            403 => Fail($"{answer}: these credentials do not allow it; check auth_key and the server's rules"),
            404 or 410 => Fail($"{answer}: there is nothing at this address; check server_url"),
            407 => Fail($"{answer}: the proxy requires other credentials; check proxy_url"),
            400 or 413 or 414 or 431 or 494 when history.LastEventIdBytes >= LongLastEventId =>
                new NextStep.ConnectNow($"{answer}: the last event ID of {history.LastEventIdBytes} bytes may be too long for the server; connecting without it, so events may be missing", ForgetsPosition: true),
            431 or 494 => Fail($"{answer}: the last event ID or custom_headers are longer than the server accepts"),
            // For a request of MCP, it means what 405 means.
            501 when options.Transport != StreamTransport.Sse => Fail($"{answer}: not an MCP server; check server_url and transport"),
            408 or 425 or 429 or >= 500 => Retry(answer, retryAfter),
            _ => Fail($"{answer}: not an event stream; check server_url"),
        };

        NextStep Retry(string reason, RetryAfter? retryAfter = null)
        {
            // A value that makes no sense still asks to wait: for the whole delay, without jitter that shortens it.
            var share = retryAfter is { Delay: null } ? 0 : random;
            if (!options.EnableReconnect)
                return new NextStep.Rest($"{reason}; enable_reconnect is false", ConnectionState.Stopped);
            if (options.MaxReconnectAttempts >= 0 && history.Failures >= options.MaxReconnectAttempts)
                return Fail($"{reason}; gave up after {options.MaxReconnectAttempts} reconnect attempt(s)");
            return new NextStep.ConnectLater(reason, Backoff.Delay(options, history.Failures + 1, history.ServerRetry, retryAfter?.Delay, share));
        }

        static NextStep Fail(string reason) => new NextStep.Rest(reason, ConnectionState.Failed);
    }

    private static string Name(int status)
    {
        using var named = new HttpResponseMessage((System.Net.HttpStatusCode)status);
        return string.Create(CultureInfo.InvariantCulture, $"{status} {named.ReasonPhrase}").TrimEnd();
    }
}

using System.Globalization;
using McpSseActors.Configuration;

namespace McpSseActors.Connections;

/// <summary>What to do after an attempt.</summary>
internal abstract record RetryDecision(string Reason)
{
    /// <summary>Try again after the backoff, but not before <paramref name="RetryAfter"/>.</summary>
    internal sealed record Retry(string Reason, TimeSpan? RetryAfter = null) : RetryDecision(Reason);

    /// <summary>Try again at once with a fresh token.</summary>
    internal sealed record Reauthenticate(string Reason) : RetryDecision(Reason);

    /// <summary>The server asked to stop.</summary>
    internal sealed record Stop(string Reason) : RetryDecision(Reason);

    /// <summary>Trying again is pointless.</summary>
    internal sealed record Fail(string Reason) : RetryDecision(Reason);
}

/// <summary>Decides what follows from an outcome. Pure: the same question has the same answer.</summary>
internal static class RetryPolicy
{
    /// <summary>The decision for an attempt that is over.</summary>
    /// <param name="outcome">How it ended.</param>
    /// <param name="options">The stream's options.</param>
    /// <param name="canReauthenticate">Whether a credential source can still be asked for a fresh token.</param>
    public static RetryDecision Decide(AttemptOutcome outcome, StreamOptions options, bool canReauthenticate) => outcome switch
    {
        AttemptOutcome.Ended => new RetryDecision.Retry("the server ended the stream"),
        AttemptOutcome.Lost lost => new RetryDecision.Retry(lost.Reason),
        AttemptOutcome.Abandoned abandoned => new RetryDecision.Stop(abandoned.Reason),
        AttemptOutcome.NotSupported wrong => new RetryDecision.Fail(wrong.Reason),
        AttemptOutcome.Rejected rejected => Decide(rejected, options, canReauthenticate),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "not the outcome of an attempt that is over"),
    };

    private static RetryDecision Decide(AttemptOutcome.Rejected rejected, StreamOptions options, bool canReauthenticate)
    {
        var status = rejected.Status;
        if (options.RetryableStatus.Contains(status))
            return new RetryDecision.Retry($"the server answered {Name(status)}", rejected.RetryAfter);

        return status switch
        {
            204 => new RetryDecision.Stop("the server answered 204: it asks clients to stop"),
            401 or 403 when canReauthenticate => new RetryDecision.Reauthenticate($"the server answered {Name(status)}"),
            401 => new RetryDecision.Fail($"the server answered {Name(status)}: the credentials are missing or wrong; check auth_key"),
            403 => new RetryDecision.Fail($"the server answered {Name(status)}: these credentials do not allow it; check auth_key and the server's rules"),
            404 or 410 => new RetryDecision.Fail($"the server answered {Name(status)}: there is nothing at this address; check server_url"),
            408 or 425 or 429 or >= 500 => new RetryDecision.Retry($"the server answered {Name(status)}", rejected.RetryAfter),
            _ => new RetryDecision.Fail($"the server answered {Name(status)}: that is no event stream; check server_url"),
        };
    }

    private static string Name(int status)
    {
        using var named = new HttpResponseMessage((System.Net.HttpStatusCode)status);
        return string.Create(CultureInfo.InvariantCulture, $"{status} {named.ReasonPhrase}").TrimEnd();
    }
}

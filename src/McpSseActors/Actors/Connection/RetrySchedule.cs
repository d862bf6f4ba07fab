using McpSseActors.Configuration;
using McpSseActors.Connections;

namespace McpSseActors.Actors.Connection;

/// <summary>Decides what follows an attempt, and counts its failure.</summary>
internal sealed class RetrySchedule(ConnectionMemory memory, ReconnectLimiter limiter)
{
    /// <summary>The shortest delay that can be configured means no delay: a scheduler that ticks every 10 ms would make 20 ms of it.</summary>
    private static readonly TimeSpan NoDelay = Kinds.ShortestTime;

    /// <param name="outcome">How the attempt ended.</param>
    /// <param name="options">The options of the stream.</param>
    /// <param name="now">The time, from any origin.</param>
    public NextStep Decide(AttemptOutcome outcome, StreamOptions options, TimeSpan now)
    {
        var next = RetryPolicy.Decide(outcome, options, memory.History, Random.Shared.NextDouble());
        switch (next)
        {
            case NextStep.ConnectNow { IsReauthentication: true }:
                memory.HasReauthenticated = true;
                break;
            case NextStep.ConnectNow { ForgetsPosition: true }:
                memory.ForgetLastEventId();
                break;
            case NextStep.ConnectLater later:
                next = later with { Delay = limiter.Reserve(memory.Url, options.Name, now, later.Delay) };
                memory.Failures++;
                memory.HasReauthenticated = false;
                break;
        }

        return next;
    }

    /// <summary>Whether a delay is to be waited for; what the server asked for is, however short.</summary>
    public bool Waits(TimeSpan delay) => delay > NoDelay || memory.Position.ReconnectionTime is not null;
}

using McpSseActors.Cli.Testing.Wire;
using McpSseActors.Connections;

namespace McpSseActors.Cli.Testing;

/// <summary>An attempt to open a stream.</summary>
/// <param name="Options">The stream.</param>
/// <param name="Tap">What was seen on the way.</param>
/// <param name="Outcome">How it went; null when the time was up.</param>
/// <param name="Time">How long it took.</param>
internal sealed record Opening(StreamOptions Options, ConnectionTap Tap, AttemptOutcome? Outcome, TimeSpan Time)
{
    /// <summary>Whether an MCP server was looked for, and not found.</summary>
    public bool IsNoMcp { get; init; }

    public bool IsOpen => Outcome is AttemptOutcome.Opened;

    /// <summary>Where the stream is.</summary>
    public Uri Url { get; } = new(Options.ServerUrl);

    /// <summary>Why it is not open, as the client would say it.</summary>
    public string Reason => Outcome switch
    {
        null => $"no answer within {Words.Seconds(Time)}",
        AttemptOutcome.Rejected => RetryPolicy.Decide(Outcome, Options with { EnableReconnect = true, MaxReconnectAttempts = -1, Credentials = null }, default, random: 0).Reason,
        _ => Say(Outcome),
    };

    /// <summary>Whether an MCP server may be there, which has no stream for those who have not introduced themselves.</summary>
    public bool MayBeMcp => Outcome is AttemptOutcome.Rejected { Status: 400 or 404 or 405 or 406 or 415 } || (Outcome is AttemptOutcome.NotSupported && Tap.Answer is { Status: 200, IsEventStream: false });

    /// <summary>What went wrong, in the client's words.</summary>
    public static string Say(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Lost lost => lost.Reason,
        AttemptOutcome.NotSupported wrong => wrong.Reason,
        _ => "the server ended the stream",
    };
}

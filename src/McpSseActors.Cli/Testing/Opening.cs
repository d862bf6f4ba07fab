using McpSseActors.Cli.Output;
using McpSseActors.Cli.Testing.Wire;
using McpSseActors.Diagnostics;

namespace McpSseActors.Cli.Testing;

/// <summary>An attempt to open a stream.</summary>
/// <param name="Options">The stream.</param>
/// <param name="Tap">What was seen on the way.</param>
/// <param name="Result">How it went; null when the time was up.</param>
/// <param name="Time">How long it took.</param>
internal sealed record Opening(StreamOptions Options, ConnectionTap Tap, DiagnosisPort.OpenResult? Result, TimeSpan Time)
{
    /// <summary>Whether the search for an MCP server found none.</summary>
    public bool IsNoMcp { get; init; }

    /// <summary>Whether it is a subscription to MCP events.</summary>
    public bool IsSubscription => Options.Transport == StreamTransport.Events;

    /// <summary>Whether the server has MCP events: nothing but server/discover is sent to one that has none.</summary>
    public bool HasEvents => IsSubscription && Tap.Exchanges.Count > 1;

    public bool IsOpen => Outcome is DiagnosisPort.Outcome.Opened;

    /// <summary>How it went; null when the time was up.</summary>
    public DiagnosisPort.Outcome? Outcome => Result?.Outcome;

    /// <summary>Where the stream is.</summary>
    public Uri Url { get; } = new(Options.ServerUrl);

    /// <summary>Why it is not open, as the client would say it.</summary>
    public string Reason => Result?.Reason ?? $"no answer within {Words.Seconds(Time)}";

    /// <summary>Whether this may be an MCP server, which has no stream before a client has initialized.</summary>
    public bool MayBeMcp => Result is { Status: 400 or 404 or 405 or 406 or 415 }
        || (Outcome is DiagnosisPort.Outcome.NotSupported && Tap.Answer is { Status: 200, IsEventStream: false });
}

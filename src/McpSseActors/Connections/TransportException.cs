namespace McpSseActors.Connections;

/// <summary>An attempt ended with a known outcome.</summary>
/// <param name="outcome">How it ended.</param>
internal sealed class TransportException(AttemptOutcome outcome) : Exception(outcome.ToString())
{
    public AttemptOutcome Outcome => outcome;

    public static TransportException NotSupported(string reason) => new(new AttemptOutcome.NotSupported(reason));

    public static TransportException Lost(string reason) => new(new AttemptOutcome.Lost(reason));
}

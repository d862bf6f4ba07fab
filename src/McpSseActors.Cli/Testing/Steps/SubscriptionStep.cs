using McpSseActors.Cli.Output;

namespace McpSseActors.Cli.Testing.Steps;

/// <summary>Whether the server takes a subscription to MCP events: it lists the type, the arguments fit, and it confirms.</summary>
internal static class SubscriptionStep
{
    /// <summary>Judges by how the stream was opened; null for another kind of stream.</summary>
    public static DiagnosisStep? Of(Opening opening)
    {
        if (!opening.IsSubscription)
            return null;
        return opening.IsOpen
            ? new DiagnosisStep(StepNames.Subscription, Verdict.Pass, $"{Lines.Subscription(opening.Options.Event)}: listed, its arguments fit, and the server confirmed it")
            : new DiagnosisStep(StepNames.Subscription, Verdict.Fail, opening.Reason, null, $"see what the server has: mcp-sse events {SecretRedactor.RedactUrl(opening.Options.ServerUrl)}");
    }
}

using System.Diagnostics;
using McpSseActors.Telemetry;

namespace McpSseActors;

/// <summary>
/// The names under which the library measures and traces, for <c>AddMeter</c> and <c>AddSource</c> of OpenTelemetry.
/// </summary>
public static class McpSseTelemetry
{
    /// <summary>
    /// The name of the <see cref="System.Diagnostics.Metrics.Meter"/>. There is one for the process; <c>akka.system</c>
    /// tells its hosts apart.
    /// </summary>
    public const string MeterName = "McpSseActors";

    /// <summary>The name of the <see cref="ActivitySource"/>.</summary>
    public const string ActivitySourceName = "McpSseActors";

    internal static string? Version { get; } = typeof(McpSseTelemetry).Assembly.GetName().Version?.ToString(3);

    internal static ActivitySource Source { get; } = new(ActivitySourceName, Version);

    /// <summary>
    /// Starts the span <c>process {event type}</c>, linked to the connection that brought the event. Its parent is the
    /// trace context in the event's <c>_meta</c>, if there is one. Delegate handlers have it by themselves; an actor
    /// calls it in its receive, and disposes it when done.
    /// </summary>
    /// <param name="received">The event.</param>
    /// <param name="handler">Who handles it; kept with the span as <c>mcp_sse.handler</c>.</param>
    /// <returns>
    /// The span, which is <see cref="Activity.Current"/> until it is disposed; null if it has no listener or is not
    /// sampled.
    /// </returns>
    public static Activity? StartHandling(this McpEvent received, string handler)
    {
        ArgumentNullException.ThrowIfNull(received);
        return HandlingSpan.Start(received, handler);
    }
}

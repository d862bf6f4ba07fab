using System.Diagnostics.Metrics;

namespace McpSseActors.Telemetry;

/// <summary>The instruments, one set for the process. Attributes identify the stream and its actor system.</summary>
internal static class Instruments
{
    private static readonly Meter Meter = new(McpSseTelemetry.MeterName, McpSseTelemetry.Version);

    public static readonly Counter<long> Attempts = Meter.CreateCounter<long>(
        "mcp_sse.attempts", "{attempt}", "Connection attempts that ended, by outcome.");

    public static readonly Histogram<double> ReconnectDelay = Meter.CreateHistogram(
        "mcp_sse.reconnect.delay", "s", "Delay before a stream reconnects.", advice: Buckets(0.1, 0.25, 0.5, 1, 2, 4, 8, 15, 30, 60, 120, 300, 600));

    public static readonly Counter<long> BytesReceived = Meter.CreateCounter<long>(
        "mcp_sse.stream.io", "By", "Bytes of the event stream received.");

    public static readonly Counter<long> EventsReceived = Meter.CreateCounter<long>(
        "mcp_sse.events.received", "{event}", "Events received, by type.");

    public static readonly Counter<long> EventsRouted = Meter.CreateCounter<long>(
        "mcp_sse.events.routed", "{event}", "Events received that were not repeats, by routing.");

    public static readonly Counter<long> EventsDropped = Meter.CreateCounter<long>(
        "mcp_sse.events.dropped", "{event}", "Events dropped, by reason.");

    public static readonly Counter<long> Comments = Meter.CreateCounter<long>(
        "mcp_sse.comments", "{comment}", "Comment lines received.");

    public static readonly Counter<long> HandlerFailures = Meter.CreateCounter<long>(
        "mcp_sse.handler.failures", "{failure}", "Exceptions thrown by handlers.");

    public static readonly Counter<long> DeadLetters = Meter.CreateCounter<long>(
        "mcp_sse.dead_letters", "{event}", "Events that a handler gave up, which are kept as dead letters.");

    public static readonly Counter<long> RefusedDeliveries = Meter.CreateCounter<long>(
        "mcp_sse.webhook.refusals", "{delivery}", "Deliveries to webhooks that were refused, by reason.");

    public static readonly Histogram<double> HandlerDuration = Meter.CreateHistogram(
        "mcp_sse.handler.duration", "s", "Time from the dispatch of a batch of events until a handler finished it.",
        advice: Buckets(0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10, 30, 60, 300));

    public static readonly Histogram<double> McpOperationDuration = Meter.CreateHistogram(
        "mcp.client.operation.duration", "s", "Time from sending a request of MCP until its answer.", advice: Buckets(McpBuckets));

    public static readonly Histogram<double> McpSessionDuration = Meter.CreateHistogram(
        "mcp.client.session.duration", "s", "Time from the begin of an MCP session until its end.", advice: Buckets(McpBuckets));

    static Instruments()
    {
        Meter.CreateObservableUpDownCounter("mcp_sse.stream.state", LiveStreams.States, "{stream}", "1 for the state that a stream is in, 0 for the others.");
        Meter.CreateObservableUpDownCounter("mcp_sse.events.in_flight", LiveStreams.InFlight, "{event}", "Events dispatched and not handled yet.");
        Meter.CreateObservableUpDownCounter("mcp_sse.handlers.stopped", LiveStreams.StoppedHandlers, "{handler}", "Handlers that could not be created or have stopped.");
    }

    // Those of the semantic conventions.
    private static double[] McpBuckets => [0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60, 120, 300];

    private static InstrumentAdvice<double> Buckets(params double[] boundaries) => new() { HistogramBucketBoundaries = boundaries };
}

using System.Diagnostics;
using McpSseActors.Telemetry;

namespace McpSseActors.Actors.Router;

/// <summary>Measures how long a handler takes for the events of one batch, from dispatch until they are handled; the wait in its mailbox counts.</summary>
internal sealed class BatchSpan
{
    private readonly StreamMetrics _metrics;
    private readonly string _handler;
    private readonly long _start;
    private readonly Activity? _activity;

    private BatchSpan(StreamMetrics metrics, string handler, long start, Activity? activity, DateTimeOffset receivedAt)
    {
        ReceivedAt = receivedAt;
        _metrics = metrics;
        _handler = handler;
        _start = start;
        _activity = activity;
    }

    /// <summary>Starts after the events were dispatched: their number is known only then, and an early one may be handled already.</summary>
    /// <returns>The span; null if nobody listens.</returns>
    /// <param name="metrics">The metrics of the stream.</param>
    /// <param name="handler">The handler. One that creates a span for each event gets none for the batch, but is measured too.</param>
    /// <param name="events">The number of events.</param>
    /// <param name="start">A timestamp of <see cref="Stopwatch"/> from before the first event was dispatched.</param>
    /// <param name="links">Links to the attempts that brought them.</param>
    /// <param name="receivedAt">When they were received.</param>
    public static BatchSpan? Start(
        StreamMetrics metrics, HandlerRegistration handler, int events, long start, ActivityLink[]? links, DateTimeOffset receivedAt = default)
    {
        var activity = handler is { TracesEvents: false, IsObserver: false } ? StartActivity(metrics, handler.Name, events, start, links) : null;
        return activity is null && !Instruments.HandlerDuration.Enabled ? null : new BatchSpan(metrics, handler.Name, start, activity, receivedAt);
    }

    /// <summary>When the events were received.</summary>
    public DateTimeOffset ReceivedAt { get; }

    /// <summary>The handler threw at one of the events. The message of an exception may contain data of the event: the log has it.</summary>
    public void Fail(Exception fault) => _activity?.SetTag(Attributes.ErrorType, fault.GetType().FullName).SetStatus(ActivityStatusCode.Error);

    /// <summary>The handler has finished the events.</summary>
    public void End()
    {
        _metrics.Handled(_handler, Stopwatch.GetElapsedTime(_start));
        _activity?.Dispose();
    }

    /// <summary>The handler stopped or was removed: what became of the events is unknown.</summary>
    public void Abandon()
    {
        _activity?.SetTag(Attributes.ErrorType, "handler_gone").SetStatus(ActivityStatusCode.Error, "the handler stopped or was removed");
        _activity?.Dispose();
    }

    private static Activity? StartActivity(StreamMetrics metrics, string handler, int events, long start, ActivityLink[]? links)
    {
        if (!McpSseTelemetry.Source.HasListeners())
            return null;
        var surrounding = Activity.Current;
        Activity.Current = null;
        var activity = McpSseTelemetry.Source.StartActivity($"process {handler}", ActivityKind.Consumer, default(ActivityContext),
        [
            .. metrics.With((Attributes.Handler, handler), (Attributes.BatchEvents, events)),
        ], links, DateTimeOffset.UtcNow - Stopwatch.GetElapsedTime(start));
        Activity.Current = surrounding;
        return activity;
    }
}

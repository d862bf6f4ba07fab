using System.Diagnostics;
using McpSseActors.Telemetry;

namespace McpSseActors.Actors.Router;

/// <summary>Tells how long a handler took for the events of one batch, from their dispatch until it was done, waiting in its mailbox included.</summary>
internal sealed class BatchSpan
{
    private readonly StreamMetrics _metrics;
    private readonly string _handler;
    private readonly long _start;
    private readonly Activity? _activity;

    private BatchSpan(StreamMetrics metrics, string handler, long start, Activity? activity)
    {
        _metrics = metrics;
        _handler = handler;
        _start = start;
        _activity = activity;
    }

    /// <summary>Starts when the events have been dispatched: only then is their number known, and an early one may be handled already.</summary>
    /// <returns>Null when nobody listens.</returns>
    /// <param name="metrics">The stream's.</param>
    /// <param name="handler">The handler. One that makes a span for each event itself has none for the batch, and is measured all the same.</param>
    /// <param name="events">How many events it got.</param>
    /// <param name="start">The <see cref="Stopwatch"/>'s timestamp from before the first was dispatched.</param>
    /// <param name="links">What links them to the attempts that brought them.</param>
    public static BatchSpan? Start(StreamMetrics metrics, HandlerRegistration handler, int events, long start, ActivityLink[]? links)
    {
        var activity = handler is { TracesEvents: false, IsObserver: false } ? StartActivity(metrics, handler.Name, events, start, links) : null;
        return activity is null && !Instruments.HandlerDuration.Enabled ? null : new BatchSpan(metrics, handler.Name, start, activity);
    }

    /// <summary>The handler is done.</summary>
    public void End()
    {
        _metrics.Handled(_handler, Stopwatch.GetElapsedTime(_start));
        _activity?.Dispose();
    }

    /// <summary>The handler stopped or was removed: nobody knows what became of the events.</summary>
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

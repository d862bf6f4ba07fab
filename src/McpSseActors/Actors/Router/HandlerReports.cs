using Akka.Actor;
using Akka.Event;

namespace McpSseActors.Actors.Router;

/// <summary>
/// Logs what goes wrong with handlers and payloads: the first of each kind at once, and the number of the others once per period; and which handler
/// holds up the stream. Its timer ends with a period in which nothing happened: thousands of idle streams need none.
/// </summary>
internal sealed class HandlerReports(
    string stream, IActorContext context, PipelineSettings settings, DeliveryTracker deliveries, Func<ITimerScheduler> timers, ILoggingAdapter log)
{
    private readonly PayloadFaults _faults = new(context.System, log, settings.HandlerWarning);
    private readonly HandlerFailures _failures = new(stream, log, settings.HandlerWarning);
    private Delivery? _oldest;
    private bool _isRunning;
    private bool _wasUsed;

    public void Report(PayloadRejected rejection)
    {
        _faults.Report(rejection);
        Start();
    }

    public void Report(string handler, Exception fault, FailedWork work)
    {
        _failures.Report(handler, fault, work);
        Start();
    }

    /// <summary>Begins to watch what is in flight.</summary>
    public void Start()
    {
        _wasUsed = true;
        if (_isRunning)
            return;
        _isRunning = true;
        timers().StartPeriodicTimer(nameof(ReportDue), new ReportDue(), settings.HandlerWarning);
    }

    /// <summary>A period is over.</summary>
    public void ReportPeriod()
    {
        WarnOfSlowHandler();
        _faults.ReportCounts();
        _failures.ReportCounts();
        if (!_wasUsed)
        {
            _isRunning = false;
            timers().Cancel(nameof(ReportDue));
        }

        _wasUsed = deliveries.BatchesInFlight > 0;
    }

    // A delivery that was the oldest at the end of the last period as well has waited for a whole one.
    private void WarnOfSlowHandler()
    {
        var oldest = deliveries.Oldest;
        if (oldest == _oldest && oldest?.Slot is { } slot)
            log.Warning("Handler {Handler} of stream {Stream} has not finished its events for {Seconds} s or more: the stream waits for it once its window is full",
                slot.Name, stream, settings.HandlerWarning.TotalSeconds);
        _oldest = oldest;
    }
}

/// <summary>Router to itself: a period is over.</summary>
internal sealed record ReportDue : IPipelineMessage;

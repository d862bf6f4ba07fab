using Akka.Event;

namespace McpSseActors.Actors.Router;

/// <summary>Logs the failures of handlers that are restarted: the first of each handler at once, and the number of the others once per period.</summary>
internal sealed class HandlerFailures(string stream, ILoggingAdapter log, TimeSpan period)
{
    // Bounded by the number of handlers.
    private Dictionary<string, (int More, Exception Last, FailedWork Work)> Failures => field ??= new(StringComparer.Ordinal);

    public void Report(string handler, Exception fault, FailedWork work)
    {
        if (Failures.TryGetValue(handler, out var before))
        {
            Failures[handler] = (before.More + 1, fault, work);
            return;
        }

        Failures.Add(handler, (0, fault, work));
        log.Error(fault, "Handler {Handler} of stream {Stream} failed and is {Consequence}; it was handling {Work}", handler, stream, "restarted", work.Text);
    }

    /// <summary>Logs, at the end of a period, how many there were besides the first.</summary>
    public void ReportCounts()
    {
        foreach (var (handler, (more, last, work)) in Failures.Where(f => f.Value.More > 0))
            log.Error(last, "Handler {Handler} of stream {Stream} failed {Count} more time(s) in the last {Seconds} s, and was restarted; at last, it was handling {Work}",
                handler, stream, more, period.TotalSeconds, work.Text);
        Failures.Clear();
    }
}

using Akka.Actor;
using Akka.Event;
using McpSseActors.Telemetry;

namespace McpSseActors.Actors.Router;

/// <summary>Publishes every rejected payload. Logs the first of each payload type at once, and the number of the others once per period.</summary>
internal sealed class PayloadFaults(ActorSystem system, ILoggingAdapter log, TimeSpan period)
{
    // Bounded by the number of mappings.
    private Dictionary<(string Stream, string PayloadType), int> More => field ??= [];

    public void Report(PayloadRejected rejected)
    {
        system.EventStream.Publish(rejected);
        var key = (rejected.Event.Stream, rejected.PayloadType);
        if (More.TryGetValue(key, out var more))
        {
            More[key] = more + 1;
            return;
        }

        More.Add(key, 0);
        log.Warning("The payload of event {EventType} (stream {Stream}, id {EventId}) is no {PayloadType}: {Reason}. It goes on as a plain event",
            LogText.Name(rejected.Event.EventType), rejected.Event.Stream, LogText.Name(rejected.Event.EventId), rejected.PayloadType, rejected.Reason);
    }

    /// <summary>Logs, at the end of a period, how many there were besides the first.</summary>
    public void ReportCounts()
    {
        foreach (var ((stream, payloadType), more) in More.Where(m => m.Value > 0))
            log.Warning("{Count} more payload(s) of stream {Stream} were no {PayloadType} in the last {Seconds} s", more, stream, payloadType, period.TotalSeconds);
        More.Clear();
    }
}

using System.Diagnostics;
using System.Globalization;
using McpSseActors.Configuration;
using McpSseActors.Connections;
using McpSseActors.Telemetry;

namespace McpSseActors.Actors.Connection;

/// <summary>The telemetry of one connection attempt, from request to end: a span if a listener wants one, and always the count of its outcome.</summary>
internal sealed class AttemptSpan
{
    private const string Name = "mcp_sse.connect";

    private readonly StreamMetrics _metrics;
    private readonly SecretGate _gate;

    private AttemptSpan(StreamMetrics metrics, SecretGate gate, Activity? activity)
    {
        _metrics = metrics;
        _gate = gate;
        Activity = activity;
        Links = activity is null ? null : [new ActivityLink(activity.Context)];
    }

    /// <summary>Gets the span; null if it has no listener or is not sampled.</summary>
    public Activity? Activity { get; }

    /// <summary>Links the handling of an event to the attempt that brought it.</summary>
    public ActivityLink[]? Links { get; }

    /// <summary>Starts an attempt in a new trace.</summary>
    public static AttemptSpan Start(StreamMetrics metrics, SecretGate gate, StreamOptions options, Uri url, long epoch, int attempt)
    {
        if (options.IsRehearsal || !McpSseTelemetry.Source.HasListeners())
            return new AttemptSpan(metrics, gate, null);
        var surrounding = Activity.Current;
        Activity.Current = null;
        var activity = McpSseTelemetry.Source.StartActivity(Name, ActivityKind.Client, default(ActivityContext),
        [
            new(Attributes.Stream, options.Name),
            new(Attributes.Epoch, epoch),
            new(Attributes.Attempt, attempt),
            new(Attributes.HttpMethod, options.HttpMethod),
            new(Attributes.Url, gate.Redact(url)),
            new(Attributes.ServerAddress, gate.Redact(url.IdnHost)),
            new(Attributes.ServerPort, url.Port),
        ]);
        Activity.Current = surrounding;
        return new AttemptSpan(metrics, gate, activity);
    }

    /// <summary>The server accepted.</summary>
    public void Open()
    {
        Activity?.SetTag(Attributes.HttpStatus, 200);
        Activity?.AddEvent(new ActivityEvent("connected"));
    }

    /// <summary>The exchange is over.</summary>
    public void End(AttemptOutcome outcome)
    {
        var (name, errorType, reason) = Describe(outcome);
        _metrics.CountAttempt(name, errorType);
        if (Activity is null)
            return;
        Activity.SetTag(Attributes.Outcome, name);
        if (outcome is AttemptOutcome.Rejected rejected)
            Activity.SetTag(Attributes.HttpStatus, rejected.Status);
        if (errorType is not null)
            Activity.SetTag(Attributes.ErrorType, errorType).SetStatus(ActivityStatusCode.Error, _gate.Redact(reason));
        Activity.Dispose();
    }

    // A 204 is not an error: it asks the client to stop.
    private static (string Name, string? ErrorType, string Reason) Describe(AttemptOutcome outcome) => outcome switch
    {
        AttemptOutcome.Ended => ("ended", null, ""),
        AttemptOutcome.Abandoned => ("abandoned", null, ""),
        AttemptOutcome.Rejected { Status: 204 } => ("rejected", null, ""),
        AttemptOutcome.Rejected { Status: var status } => ("rejected", status.ToString(CultureInfo.InvariantCulture), $"the server answered {status}"),
        AttemptOutcome.NotSupported wrong => ("not_supported", "not_supported", wrong.Reason),
        AttemptOutcome.Lost lost => ("lost", "lost", lost.Reason),
        _ => throw new ArgumentOutOfRangeException(nameof(outcome), outcome, "not the outcome of an attempt that is over"),
    };
}

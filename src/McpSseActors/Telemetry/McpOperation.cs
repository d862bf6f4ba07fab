using System.Diagnostics;
using System.Globalization;
using System.Text.Json.Nodes;

namespace McpSseActors.Telemetry;

/// <summary>
/// One request of MCP, from sending it to its answer (OpenTelemetry, semantic conventions for MCP): a span if a listener wants one, and its duration.
/// The ID of the session is not recorded, because it is a secret.
/// </summary>
internal sealed class McpOperation
{
    private readonly StreamMetrics _metrics;
    private readonly string _method;
    private readonly string _version;
    private readonly long _begun = Stopwatch.GetTimestamp();
    private readonly Activity? _activity;

    private McpOperation(StreamMetrics metrics, string method, string version, Activity? activity) =>
        (_metrics, _method, _version, _activity) = (metrics, method, version, activity);

    /// <summary>Starts a request.</summary>
    /// <param name="metrics">The metrics of the stream; null in a diagnosis.</param>
    /// <param name="parent">The span of the attempt.</param>
    /// <param name="method">The method.</param>
    /// <param name="id">The ID of the request.</param>
    /// <param name="version">The revision; empty if it is not known yet.</param>
    /// <returns>The request; null if nobody listens.</returns>
    public static McpOperation? Start(StreamMetrics? metrics, Activity? parent, string method, long id, string version)
    {
        if (metrics is null || (!McpSseTelemetry.Source.HasListeners() && !Instruments.McpOperationDuration.Enabled))
            return null;
        var surrounding = Activity.Current;
        Activity.Current = null;
        var activity = McpSseTelemetry.Source.StartActivity(method, ActivityKind.Client, parent?.Context ?? default,
        [
            .. metrics.With((Attributes.McpMethod, method), (Attributes.JsonRpcId, id.ToString(CultureInfo.InvariantCulture)),
                (Attributes.NetworkTransport, "tcp"), (Attributes.NetworkProtocol, "http")),
            .. version.Length == 0 ? Array.Empty<KeyValuePair<string, object?>>() : [new(Attributes.McpVersion, version)],
        ]);
        Activity.Current = surrounding;
        return new McpOperation(metrics, method, version, activity);
    }

    /// <summary>Writes the trace context into the metadata of the request, by which a server continues the trace.</summary>
    public void Inject(JsonObject parameters)
    {
        if (_activity is not { IdFormat: ActivityIdFormat.W3C, Id: { } id })
            return;
        if (parameters["_meta"] is not JsonObject meta)
            parameters["_meta"] = meta = [];
        meta["traceparent"] = id;
        if (_activity.TraceStateString is { Length: > 0 } state)
            meta["tracestate"] = state;
    }

    /// <summary>The server has answered.</summary>
    /// <param name="error">The code of its error; null for a result.</param>
    public void End(int? error = null) => End(error?.ToString(CultureInfo.InvariantCulture), error);

    /// <summary>No answer arrived.</summary>
    /// <param name="errorType">Why.</param>
    public void Fail(string errorType) => End(errorType, code: null);

    private void End(string? errorType, int? code)
    {
        _metrics.McpOperated(_method, _version, Stopwatch.GetElapsedTime(_begun), errorType, code);
        if (errorType is not null)
            _activity?.SetTag(Attributes.ErrorType, errorType).SetStatus(ActivityStatusCode.Error);
        if (code is not null)
            _activity?.SetTag(Attributes.RpcStatus, errorType);
        _activity?.Dispose();
    }
}

using System.Diagnostics;

namespace McpSseActors.Tests.Telemetry;

/// <summary>The spans of one stream that are over, as an exporter sees them.</summary>
public sealed class Spans : IDisposable
{
    private readonly ActivityListener _listener;
    private readonly ConcurrentQueue<Activity> _ended = new();

    public Spans(string stream)
    {
        _listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == McpSseTelemetry.ActivitySourceName,
            Sample = (ref _) => ActivitySamplingResult.AllDataAndRecorded,
            ActivityStopped = span =>
            {
                if (Equals(span.GetTagItem("mcp_sse.stream"), stream))
                    _ended.Enqueue(span);
            },
        };
        ActivitySource.AddActivityListener(_listener);
    }

    /// <summary>Those whose name begins so, in the order in which they ended.</summary>
    public IReadOnlyList<Activity> Named(string name) => [.. _ended.Where(span => span.DisplayName.StartsWith(name, StringComparison.Ordinal))];

    /// <summary>Waits until so many of that name are over.</summary>
    public async Task<IReadOnlyList<Activity>> EndedAsync(string name, int count = 1)
    {
        await Eventually.HoldsAsync(() => Named(name).Count.ShouldBeGreaterThanOrEqualTo(count));
        return Named(name);
    }

    /// <summary>Everything that a span says.</summary>
    public static string Text(Activity span) => string.Join('\n',
    [
        span.DisplayName, span.StatusDescription, span.TraceStateString,
        .. span.TagObjects.Select(tag => $"{tag.Key}={tag.Value}"),
        .. span.Events.Select(e => $"{e.Name} {string.Join(' ', e.Tags)}"),
        .. span.Baggage.Select(item => $"{item.Key}={item.Value}"),
    ]);

    /// <summary>Everything that all spans say.</summary>
    public IEnumerable<string> Texts => _ended.Select(Text);

    public void Dispose() => _listener.Dispose();
}

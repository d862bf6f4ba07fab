using System.Diagnostics;
using System.Diagnostics.Metrics;
using Akka.Actor;
using McpSseActors.Configuration;

namespace McpSseActors.Telemetry;

/// <summary>
/// Records the measurements of one stream, with its attributes. Without a listener, a measurement costs one check of a
/// flag. Each recording actor has its own instance.
/// </summary>
internal sealed class StreamMetrics(LiveOptions options, ActorSystem system)
{
    private volatile StreamTags? _tags;

    /// <summary>Makes the state, the events in flight and the stopped handlers observable, until <see cref="Stop"/>.</summary>
    /// <param name="read">Reads them; called from any thread.</param>
    public void Start(Func<(ConnectionState State, long InFlight, long StoppedHandlers)> read)
    {
        if (!options.Value.IsRehearsal)
            LiveStreams.Add(this, read);
    }

    public void Stop() => LiveStreams.Remove(this);

    public void CountReceived(int bytes, int comments, ReadOnlySpan<(string Type, int Count)> events)
    {
        Add(Instruments.BytesReceived, bytes);
        Add(Instruments.Comments, comments);
        foreach (var (type, count) in events)
            Add(Instruments.EventsReceived, count, (Attributes.EventType, type));
    }

    public void CountRouted(int dispatched, int filtered, int unhandled)
    {
        Add(Instruments.EventsRouted, dispatched, (Attributes.Routing, "dispatched"));
        Add(Instruments.EventsRouted, filtered, (Attributes.Routing, "filtered"));
        Add(Instruments.EventsRouted, unhandled, (Attributes.Routing, "unhandled"));
    }

    public void CountDrop(string reason, int count) => Add(Instruments.EventsDropped, count, (Attributes.DropReason, reason));

    public void CountFailure(string handler, Exception fault) =>
        Add(Instruments.HandlerFailures, 1, (Attributes.Handler, handler), (Attributes.ErrorType, fault.GetType().FullName));

    public void CountDeadLetter(string handler) => Add(Instruments.DeadLetters, 1, (Attributes.Handler, handler));

    public void CountRefusedDelivery(string reason) => Add(Instruments.RefusedDeliveries, 1, (Attributes.Refusal, reason));

    public void CountAttempt(string outcome, string? errorType)
    {
        if (errorType is null)
            Add(Instruments.Attempts, 1, (Attributes.Outcome, outcome));
        else
            Add(Instruments.Attempts, 1, (Attributes.Outcome, outcome), (Attributes.ErrorType, errorType));
    }

    public void Waits(TimeSpan delay) => Record(Instruments.ReconnectDelay, delay);

    public void Handled(string handler, TimeSpan duration) => Record(Instruments.HandlerDuration, duration, (Attributes.Handler, handler));

    public void McpOperated(string method, string version, TimeSpan duration, string? errorType, int? code)
    {
        if (!Instruments.McpOperationDuration.Enabled)
            return;
        var tags = With((Attributes.McpMethod, method), (Attributes.NetworkTransport, "tcp"), (Attributes.NetworkProtocol, "http"));
        if (version.Length > 0)
            tags.Add(Attributes.McpVersion, version);
        if (errorType is not null)
            tags.Add(Attributes.ErrorType, errorType);
        if (code is not null)
            tags.Add(Attributes.RpcStatus, errorType);
        Instruments.McpOperationDuration.Record(duration.TotalSeconds, tags);
    }

    public void McpSessionEnded(string version, TimeSpan duration) => Record(
        Instruments.McpSessionDuration, duration, (Attributes.McpVersion, version), (Attributes.NetworkTransport, "tcp"), (Attributes.NetworkProtocol, "http"));

    /// <summary>Gets the attributes of the stream and these.</summary>
    public TagList With(params ReadOnlySpan<(string Name, object? Value)> others)
    {
        var tags = Current().Tags;
        foreach (var (name, value) in others)
            tags.Add(name, value);
        return tags;
    }

    // The address may change while the stream runs.
    private StreamTags Current()
    {
        var tags = _tags;
        if (!ReferenceEquals(tags?.Options, options.Value))
            _tags = tags = new StreamTags(options.Value, system);
        return tags;
    }

    private void Add(Counter<long> counter, long count, params ReadOnlySpan<(string Name, object? Value)> attributes)
    {
        if (count > 0 && counter.Enabled && !options.Value.IsRehearsal)
            counter.Add(count, With(attributes));
    }

    private void Record(Histogram<double> histogram, TimeSpan time, params ReadOnlySpan<(string Name, object? Value)> attributes)
    {
        if (histogram.Enabled && !options.Value.IsRehearsal)
            histogram.Record(time.TotalSeconds, With(attributes));
    }

    private sealed class StreamTags
    {
        public StreamTags(StreamOptions options, ActorSystem system)
        {
            var tags = new TagList { { Attributes.ActorSystem, system.Name }, { Attributes.Stream, options.Name } };
            if (Uri.TryCreate(options.ServerUrl, UriKind.Absolute, out var url))
            {
                tags.Add(Attributes.ServerAddress, url.IdnHost);
                tags.Add(Attributes.ServerPort, url.Port);
            }

            Options = options;
            Tags = tags;
        }

        public StreamOptions Options { get; }

        public TagList Tags { get; }
    }
}

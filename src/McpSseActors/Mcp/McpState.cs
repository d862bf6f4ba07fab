using System.Diagnostics;
using Akka.Event;
using McpSseActors.Configuration;
using McpSseActors.Connections;
using McpSseActors.Sse;
using McpSseActors.Telemetry;
using ModelContextProtocol.Protocol;

namespace McpSseActors.Mcp;

/// <summary>The attempt that applies changed subscriptions.</summary>
internal interface IMcpListener
{
    /// <summary>Applies the wanted subscriptions to the server.</summary>
    Task ApplyAsync();
}

/// <summary>A session on a server.</summary>
/// <param name="Url">The server, the only one that gets the ID.</param>
/// <param name="Id">Its ID, which is a secret; null if the server gave none.</param>
/// <param name="Version">The negotiated revision.</param>
/// <param name="Capabilities">The capabilities of the server.</param>
internal sealed record McpSession(Uri Url, string? Id, string Version, ServerCapabilities Capabilities) : StreamSession
{
    /// <summary>The server, without a query or user info, which may be secrets.</summary>
    public Uri Url { get; } = ServerOf(Url);

    /// <summary>The part of an address that names a server.</summary>
    public static Uri ServerOf(Uri url) => new(url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped));

    public override string ToString() => $"session ({Version})";
}

/// <summary>
/// The state that outlives the attempts of one MCP stream: subscriptions, session, and protocol. Owned by the stream.
/// Attempts and requests use it from any thread.
/// </summary>
internal sealed class McpState(string stream, McpListenOptions options, ILoggingAdapter log, Action<McpStatus> publish, SecretGate? gate = null, StreamMetrics? metrics = null)
{
    private static readonly TimeSpan FirstProbation = TimeSpan.FromMilliseconds(250);
    private static readonly TimeSpan LongestProbation = TimeSpan.FromSeconds(10);

    private readonly Lock _lock = new();
    private McpStatus _status = new() { Requested = options.Subscriptions };
    private McpSession? _session;
    private long _sessionBegun;
    private IMcpListener? _listener;
    private EventsState? _events;
    private DateTimeOffset? _lostAt;
    private DateTimeOffset? _missedSince;
    private int _unproved;
    private bool _hasListened;
    private bool _isRestored;
    private long _lastId;

    public string Stream => stream;

    /// <summary>Gets the metrics of the stream; null in a diagnosis.</summary>
    public StreamMetrics? Metrics => metrics;

    /// <summary>Gets what hides secrets in words of the server.</summary>
    public SecretGate Gate { get; } = gate ??= new SecretGate(new StreamOptions());

    /// <summary>Gets the log, whose values pass the gate.</summary>
    public ILoggingAdapter Log => Server.Log;

    /// <summary>Gets what the stream learned about its server.</summary>
    public ServerMemory Server { get; } = new(stream, new GatedLog(log, gate), gate);

    /// <summary>Gets what is known of the event subscription.</summary>
    public EventsState Events => LazyInitializer.EnsureInitialized(ref _events, static () => new EventsState());

    /// <summary>Gets the webhooks of the host; null where none can be received.</summary>
    public WebhookDirectory? Webhooks { get; init; }

    /// <summary>Gets when an attempt, or a process before this one, listened last; null if none did.</summary>
    public DateTimeOffset? LostAt
    {
        get
        {
            lock (_lock)
                return _lostAt;
        }
    }

    public McpStatus Status => _status;

    public McpSubscriptions Wanted => _status.Requested;

    public McpSession? Session
    {
        get => Volatile.Read(ref _session);
        set
        {
            Gate.Add(value?.Id);
            var begun = Interlocked.Exchange(ref _sessionBegun, Stopwatch.GetTimestamp());
            if (Interlocked.Exchange(ref _session, value) is { } before)
                metrics?.McpSessionEnded(before.Version, Stopwatch.GetElapsedTime(begun));
        }
    }

    /// <summary>Gets or sets how often in a row the server reported another open stream of the session.</summary>
    public int Conflicts { get; set; }

    /// <summary>Gets or sets how many sessions in a row could not be used after they had begun.</summary>
    public int UnusableSessions { get; set; }

    /// <summary>Gets or sets how many sessions in a row ended because the server refused a ping.</summary>
    public int SessionsLostByPing { get; set; }

    /// <summary>Gets an ID for a request, unique over all attempts, so that a late answer is ignored.</summary>
    public long NextId() => Interlocked.Increment(ref _lastId);

    public McpSubscriptionState Describe() => new(stream, _status.Requested, _status.Granted);

    /// <summary>Changes the wanted subscriptions, and applies them to the server while connected.</summary>
    public async Task<McpSubscriptionState> WantAsync(Func<McpSubscriptions, McpSubscriptions> change)
    {
        Update(status => status with { Requested = change(status.Requested) });
        if (Volatile.Read(ref _listener) is { } listener)
            await listener.ApplyAsync().ConfigureAwait(false);
        return Describe();
    }

    /// <summary>Sets the transport in use, and the reason for it.</summary>
    public void UseProtocol(string transport, string reason, string version, string server)
    {
        var before = _status;
        (reason, server) = (Gate.Redact(reason), Gate.Redact(server));
        Update(status => status with { Transport = transport, TransportReason = reason, ProtocolVersion = version, Server = server });
        if ((before.Transport, before.ProtocolVersion, before.Server) != (transport, version, server))
            Log.Info("Stream {Stream} speaks {Transport}, revision {Version}, with {Server}: {Reason}",
                stream, transport, version, server.Length > 0 ? server : "a server without a name", reason);
    }

    /// <summary>
    /// Continues the session of the position at which the first attempt starts. Later, a session may have been begun or
    /// lost since.
    /// </summary>
    public void Restore(StreamPosition position)
    {
        if (!_isRestored)
            Session ??= position.Session as McpSession;
        _isRestored = true;
    }

    public void BeginSession(McpSession session)
    {
        Session = session;
        Update(status => status with { Sessions = status.Sessions + 1 });
    }

    /// <summary>Sets the granted subscriptions, and logs a warning if they differ from the requested ones.</summary>
    public void Grant(McpSubscriptions granted)
    {
        var before = _status.Granted;
        // A server may name any number, requested or not.
        granted = granted with { Resources = [.. granted.Resources.Where(_status.Requested.Resources.Contains)] };
        Update(status => status with { Granted = granted });
        if (granted != _status.Requested && granted != before)
            Log.Warning("Stream {Stream} asked for {Requested}, and the server grants {Granted}", stream, _status.Requested, granted);
    }

    /// <summary>
    /// Starts listening with an attempt. Returns the time since which events may have been missed and were not reported;
    /// null if there is none, as for the first attempt.
    /// </summary>
    /// <param name="listener">The attempt.</param>
    /// <param name="isResumed">Whether the server resends what was missed since the last attempt.</param>
    public DateTimeOffset? StartListening(IMcpListener listener, bool isResumed)
    {
        lock (_lock)
        {
            if (_hasListened && !isResumed)
                _missedSince ??= _lostAt;
            _hasListened = true;
            _listener = listener;
            return _missedSince;
        }
    }

    /// <summary>
    /// Gets how long an attempt must last before it reports what may have been missed, unless an event arrives earlier.
    /// Servers that end every stream at once would otherwise cause a report each time.
    /// </summary>
    public TimeSpan Probation(TimeSpan healthyAfter)
    {
        lock (_lock)
        {
            var longest = _unproved > 1 ? LongestProbation : FirstProbation;
            return healthyAfter < longest ? healthyAfter : longest;
        }
    }

    /// <summary>Notes that the attempt is healthy: it brought an event, or lasted long enough.</summary>
    public void Prove()
    {
        lock (_lock)
            _unproved = 0;
    }

    /// <summary>Notes that it was reported what may have been missed.</summary>
    public void CountResync()
    {
        lock (_lock)
            _missedSince = null;
        Update(status => status with { Resyncs = status.Resyncs + 1 });
    }

    /// <summary>Notes that it was reported that events of the subscription may be missing.</summary>
    public void CountGap() => Update(status => status with { Gaps = status.Gaps + 1 });

    /// <summary>Notes that the data of events did not fit the server's schema.</summary>
    public void CountSchemaFaults(int events) => Update(status => status with { SchemaFaults = status.SchemaFaults + events });

    /// <summary>Notes that a delivery to the webhook was refused.</summary>
    public void CountRefusedDelivery(string reason)
    {
        metrics?.CountRefusedDelivery(reason);
        Update(status => status with { RefusedDeliveries = status.RefusedDeliveries.SetItem(reason, status.RefusedDeliveries.GetValueOrDefault(reason) + 1) });
    }

    /// <summary>Notes that a process before this one listened until then.</summary>
    public void WasListeningUntil(DateTimeOffset lostAt)
    {
        lock (_lock)
        {
            _hasListened = true;
            _lostAt = lostAt;
        }
    }

    /// <summary>Ends listening with an attempt.</summary>
    public void StopListening(IMcpListener listener, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_listener != listener)
                return;
            _listener = null;
            _lostAt = now;
            _unproved++;
        }

        Update(status => status with { Granted = new McpSubscriptions() });
    }

    private void Update(Func<McpStatus, McpStatus> change)
    {
        lock (_lock)
        {
            var changed = change(_status);
            if (changed == _status)
                return;
            _status = changed;
            publish(changed);
        }
    }
}

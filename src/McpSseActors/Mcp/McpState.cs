using Akka.Event;
using McpSseActors.Sse;

namespace McpSseActors.Mcp;

/// <summary>The attempt that can be told of new wishes.</summary>
internal interface IMcpListener
{
    /// <summary>Makes the server send what is wanted now.</summary>
    Task ApplyAsync();
}

/// <summary>A session as the server knows it.</summary>
/// <param name="Url">The server: a session is nobody else's business.</param>
/// <param name="Id">Its ID, which is a secret; null where the server gave none.</param>
/// <param name="Version">The revision that was agreed on.</param>
/// <param name="Capabilities">What the server can.</param>
internal sealed record McpSession(Uri Url, string? Id, string Version, McpCapabilities Capabilities) : StreamSession
{
    public override string ToString() => $"session ({Version})";
}

/// <summary>What a server can tell of, from its answer to <c>initialize</c>.</summary>
internal readonly record struct McpCapabilities(bool Logging, bool ResourceSubscriptions, bool ToolsChanged, bool PromptsChanged, bool ResourcesChanged);

/// <summary>
/// What outlives the attempts of one MCP stream: what is wanted and granted, the session, what is spoken. Owned by the stream. Attempts and requests
/// use it from any thread.
/// </summary>
internal sealed class McpState(string stream, McpListenOptions options, ILoggingAdapter log, Action<McpStatus> publish)
{
    private readonly Lock _lock = new();
    private McpStatus _status = new() { Requested = options.Subscriptions };
    private McpSession? _session;
    private IMcpListener? _listener;
    private DateTimeOffset? _lostAt;
    private bool _hasListened;
    private bool _isRestored;
    private long _lastId;

    public string Stream => stream;

    public ILoggingAdapter Log => log;

    public McpStatus Status => _status;

    public McpSubscriptions Wanted => _status.Requested;

    public McpSession? Session
    {
        get => Volatile.Read(ref _session);
        set => Volatile.Write(ref _session, value);
    }

    /// <summary>How often in a row the server said that another stream of the session is open.</summary>
    public int Conflicts { get; set; }

    /// <summary>A number for a request, unique over all attempts, so that a late answer meets nobody.</summary>
    public long NextId() => Interlocked.Increment(ref _lastId);

    public McpSubscriptionState Describe() => new(stream, _status.Requested, _status.Granted);

    /// <summary>Changes what is wanted, and tells the server if there is one.</summary>
    public async Task<McpSubscriptionState> WantAsync(Func<McpSubscriptions, McpSubscriptions> change)
    {
        Update(status => status with { Requested = change(status.Requested) });
        if (Volatile.Read(ref _listener) is { } listener)
            await listener.ApplyAsync().ConfigureAwait(false);
        return Describe();
    }

    /// <summary>The transport that is used, and why.</summary>
    public void Speak(string transport, string reason, string version, string server)
    {
        var before = _status;
        Update(status => status with { Transport = transport, TransportReason = reason, ProtocolVersion = version, Server = server });
        if ((before.Transport, before.ProtocolVersion, before.Server) != (transport, version, server))
            log.Info("Stream {Stream} speaks {Transport}, revision {Version}, with {Server}: {Reason}",
                stream, transport, version, server.Length > 0 ? server : "a server without a name", reason);
    }

    /// <summary>Continues the session of the position at which the first attempt starts. Later, a session may have been begun or lost since.</summary>
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

    /// <summary>The server agreed to this much. Says so where that is less than was wanted.</summary>
    public void Grant(McpSubscriptions granted)
    {
        var before = _status.Granted;
        Update(status => status with { Granted = granted });
        if (granted != _status.Requested && granted != before)
            log.Warning("Stream {Stream} asked for {Requested}, and the server grants {Granted}", stream, _status.Requested, granted);
    }

    /// <summary>An attempt listens from now on. Gives since when events may have been missed; null when nobody listened before.</summary>
    public DateTimeOffset? Listen(IMcpListener listener)
    {
        lock (_lock)
        {
            var since = _hasListened ? _lostAt : null;
            _hasListened = true;
            _listener = listener;
            return since;
        }
    }

    public void CountResync() => Update(status => status with { Resyncs = status.Resyncs + 1 });

    /// <summary>An attempt is over.</summary>
    public void Leave(IMcpListener listener, DateTimeOffset now)
    {
        lock (_lock)
        {
            if (_listener != listener)
                return;
            _listener = null;
            _lostAt = now;
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

namespace McpSseActors.Cli.Testing;

/// <summary>Measures the ways back from lost connections, from the moment that the client noticed the loss. Safe from any thread.</summary>
internal sealed class ReconnectLog
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, Reconnect> _latest = new(StringComparer.Ordinal);
    private readonly List<Reconnect> _all = [];

    /// <summary>All of them, oldest first.</summary>
    public IReadOnlyList<Reconnect> All
    {
        get
        {
            lock (_gate)
                return [.. _all];
        }
    }

    /// <summary>A stream changed its state.</summary>
    public void Note(StreamStateChanged change)
    {
        lock (_gate)
        {
            if (change.OldState is ConnectionState.Connected && change.NewState is ConnectionState.BackingOff or ConnectionState.Connecting)
                _all.Add(_latest[change.Stream] = new Reconnect(change.Timestamp));
            if (_latest.GetValueOrDefault(change.Stream) is { ConnectedAt: null } under)
                under.Note(change);
        }
    }

    /// <summary>An event was received.</summary>
    public void Note(McpEvent received)
    {
        lock (_gate)
        {
            if (_latest.GetValueOrDefault(received.Stream) is { FirstEventAt: null } under && received.Timestamp >= under.CutAt)
                under.FirstEventAt = received.Timestamp;
        }
    }
}

/// <summary>The way back from one loss.</summary>
/// <param name="cutAt">When the client noticed it.</param>
internal sealed class Reconnect(DateTimeOffset cutAt)
{
    /// <summary>No timer is punctual to the millisecond; and a busy machine makes it late.</summary>
    private static readonly TimeSpan MostEarly = TimeSpan.FromMilliseconds(20);
    private static readonly TimeSpan MostLate = TimeSpan.FromSeconds(2);

    private readonly List<TimeSpan> _promised = [];
    private readonly List<TimeSpan> _waited = [];
    private DateTimeOffset _waitsSince;

    public DateTimeOffset CutAt => cutAt;

    public DateTimeOffset? ConnectedAt { get; private set; }

    public DateTimeOffset? FirstEventAt { get; set; }

    /// <summary>From the loss to the connection.</summary>
    public TimeSpan? BackAfter => ConnectedAt - cutAt;

    /// <summary>From the loss to the first event.</summary>
    public TimeSpan? EventAfter => FirstEventAt - cutAt;

    /// <summary>The delays that were announced before its attempts.</summary>
    public IReadOnlyList<TimeSpan> Promised => _promised;

    /// <summary>How long they took.</summary>
    public IReadOnlyList<TimeSpan> Waited => _waited;

    /// <summary>Whether each attempt came when it was announced.</summary>
    public bool IsAsPromised => _promised.Count == _waited.Count
        && _promised.Zip(_waited).All(wait => wait.Second >= wait.First - MostEarly && wait.Second <= wait.First + MostLate);

    /// <summary>A step on the way.</summary>
    public void Note(StreamStateChanged change)
    {
        switch (change.NewState)
        {
            case ConnectionState.BackingOff when change.RetryIn is { } delay:
                _promised.Add(delay);
                _waitsSince = change.Timestamp;
                break;
            case ConnectionState.Connecting when _waited.Count < _promised.Count:
                _waited.Add(change.Timestamp - _waitsSince);
                break;
            case ConnectionState.Connected:
                ConnectedAt = change.Timestamp;
                break;
        }
    }
}

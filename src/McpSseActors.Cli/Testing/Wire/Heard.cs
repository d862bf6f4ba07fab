using McpSseActors.Diagnostics;

namespace McpSseActors.Cli.Testing.Wire;

/// <summary>What a stream said, and when: bytes, events, heartbeats. Times count from the opening of the stream.</summary>
internal sealed class Heard(DiagnosisPort port, TimeProvider time) : DiagnosisPort.IListener
{
    private readonly long _start = time.GetTimestamp();
    private TimeSpan _firstBeat;
    private TimeSpan _lastBeat;
    private TimeSpan _now;
    private bool _isFirst;
    private bool _hasEvent;

    /// <summary>How long it has been listened to.</summary>
    public TimeSpan Elapsed => time.GetElapsedTime(_start);

    /// <summary>When the first byte came.</summary>
    public TimeSpan? FirstByte { get; private set; }

    /// <summary>When the first event came.</summary>
    public TimeSpan? FirstEvent { get; private set; }

    /// <summary>The type of the first event.</summary>
    public string FirstType { get; private set; } = "";

    /// <summary>How many events came.</summary>
    public long Events { get; private set; }

    /// <summary>How many were longer than <c>max_event_size</c>.</summary>
    public int Oversized { get; private set; }

    /// <summary>Their IDs.</summary>
    public IdSequence Ids { get; } = new();

    /// <summary>How many comments and pings came, but for those of the first moment.</summary>
    public int Beats { get; private set; }

    /// <summary>How long it is from one to the next; null with fewer than two.</summary>
    public TimeSpan? BeatInterval => Beats < 2 ? null : (_lastBeat - _firstBeat) / (Beats - 1);

    /// <summary>How long nothing at all came, at the most, until the last bytes.</summary>
    public TimeSpan LongestSilence { get; private set; }

    /// <summary>When the last bytes came.</summary>
    public TimeSpan LastByte => _now;

    /// <summary>The reconnection time that the server named.</summary>
    public TimeSpan? Retry => port.Retry;

    void DiagnosisPort.IListener.OnBytes()
    {
        var before = _now;
        _now = Elapsed;
        _isFirst = FirstByte is null;
        _hasEvent = false;
        FirstByte ??= _now;
        LongestSilence = _now - before > LongestSilence ? _now - before : LongestSilence;
    }

    /// <summary>Counts a heartbeat of a subscription: bytes without an event.</summary>
    public void SettleSubscription()
    {
        if (!_isFirst && !_hasEvent)
            Beat();
    }

    void DiagnosisPort.IListener.OnEvent(string type, string? id)
    {
        _hasEvent = true;
        if (FirstEvent is null)
            (FirstEvent, FirstType) = (_now, type);
        Events++;
        Ids.Add(id);
        if (IsPing(type))
            Beat();
    }

    void DiagnosisPort.IListener.OnComment()
    {
        // A greeting is not a heartbeat.
        if (!_isFirst)
            Beat();
    }

    void DiagnosisPort.IListener.OnOversized() => Oversized++;

    // Several of one moment are one beat.
    private void Beat()
    {
        if (Beats > 0 && _lastBeat == _now)
            return;
        if (Beats++ == 0)
            _firstBeat = _now;
        _lastBeat = _now;
    }

    private static bool IsPing(string type) =>
        type is "ping" or "heartbeat" or "keepalive" or "keep-alive" || type.EndsWith(".heartbeat", StringComparison.Ordinal) || type.EndsWith(".ping", StringComparison.Ordinal);
}

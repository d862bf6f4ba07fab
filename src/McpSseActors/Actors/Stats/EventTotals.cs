using System.Collections.Immutable;
using Akka.Actor;

namespace McpSseActors.Actors.Stats;

/// <summary>The totals that change with every batch, counted in place; a <see cref="StreamStats"/> is created from them only on request.</summary>
internal sealed class EventTotals
{
    private readonly Dictionary<string, long> _received = new(StringComparer.Ordinal);
    private long _receivedOfAll;
    private long _dispatched;
    private long _filtered;
    private long _unhandled;
    private long _payloadFaults;
    private long _missedDuplicates;
    private long _comments;
    private long _bytes;
    private long _inFlight;
    private DateTimeOffset? _lastEventTime;
    private readonly LagMeter _lag = new();

    private Dictionary<string, long> Dropped => field ??= new(StringComparer.Ordinal);

    /// <summary>Gets or sets the last event ID; empty for none.</summary>
    public string LastEventId { get; set; } = "";

    /// <summary>Gets the events dispatched and not handled yet. Safe to read from any thread.</summary>
    public long InFlight
    {
        get => Volatile.Read(ref _inFlight);
        set => Volatile.Write(ref _inFlight, value);
    }

    public long HandlerFailures { get; set; }

    /// <summary>Adds a batch.</summary>
    /// <returns>The number of events received with it.</returns>
    public int Add(BatchDispatched batch, ITimeProvider clock)
    {
        var received = 0;
        foreach (var (type, count) in batch.Received)
        {
            _received[type] = _received.GetValueOrDefault(type) + count;
            received += count;
        }

        _receivedOfAll += received;
        if (batch.Dispatched > 0)
            _lag.Mark(_dispatched, handled: _dispatched - InFlight, clock.MonotonicClock);
        _dispatched += batch.Dispatched;
        _filtered += batch.Filtered;
        _unhandled += batch.Unhandled;
        _payloadFaults += batch.PayloadFaults;
        _missedDuplicates += batch.MissedDuplicates;
        _comments += batch.Comments;
        _bytes += batch.Bytes;
        InFlight += batch.Dispatched;
        LastEventId = batch.LastEventId;
        if (received > 0)
            _lastEventTime = clock.Now;
        return received;
    }

    public void AddDropped(string reason, int count)
    {
        if (count > 0)
            Dropped[reason] = Dropped.GetValueOrDefault(reason) + count;
    }

    /// <summary>How long ago the oldest event was dispatched that is not handled yet.</summary>
    public TimeSpan LagAt(TimeSpan now) => _lag.At(handled: _dispatched - InFlight, _dispatched, now);

    /// <summary>Fills these totals into the statistics.</summary>
    public StreamStats Into(StreamStats stats) => stats with
    {
        TotalEventsReceived = _receivedOfAll,
        EventsByType = _received.ToImmutableSortedDictionary(StringComparer.Ordinal),
        Dropped = Dropped.ToImmutableSortedDictionary(StringComparer.Ordinal),
        Dispatched = _dispatched,
        Filtered = _filtered,
        Unhandled = _unhandled,
        PayloadFaults = _payloadFaults,
        MissedDuplicates = _missedDuplicates,
        HandlerFailures = HandlerFailures,
        InFlight = InFlight,
        Comments = _comments,
        BytesReceived = _bytes,
        LastEventTime = _lastEventTime,
        LastEventId = LastEventId.Length == 0 ? null : LastEventId,
    };
}

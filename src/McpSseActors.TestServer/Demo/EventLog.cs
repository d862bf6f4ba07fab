using System.Globalization;

namespace McpSseActors.TestServer.Demo;

/// <summary>
/// The events of a demo server in order: written once, read by every connection from its own position. Only the newest
/// <paramref name="capacity"/> events are kept, so a reader that asks for older ones gets what is left.
/// </summary>
internal sealed class EventLog(int capacity, string idPrefix, TimeProvider? time = null)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<long, DemoEvent> _kept = [];
    private readonly SortedDictionary<string, long> _byType = new(StringComparer.Ordinal);
    private TaskCompletionSource _changed = NewSignal();
    private long _newest;

    /// <summary>The number of the newest event; 0 when there is none.</summary>
    public long Newest
    {
        get
        {
            lock (_gate)
                return _newest;
        }
    }

    /// <summary>The position before the oldest kept event.</summary>
    public long Oldest
    {
        get
        {
            lock (_gate)
                return _newest - _kept.Count;
        }
    }

    /// <summary>How many events of each type were ever added.</summary>
    public IReadOnlyDictionary<string, long> CountsByType()
    {
        lock (_gate)
            return new SortedDictionary<string, long>(_byType, StringComparer.Ordinal);
    }

    public DemoEvent Append(string type, string json)
    {
        TaskCompletionSource changed;
        DemoEvent added;
        lock (_gate)
        {
            _newest++;
            added = new DemoEvent(
                _newest, idPrefix + _newest.ToString(CultureInfo.InvariantCulture), type, json, (time ?? TimeProvider.System).GetUtcNow());
            _kept.Add(_newest, added);
            _kept.Remove(_newest - capacity);
            _byType[type] = _byType.GetValueOrDefault(type) + 1;
            (changed, _changed) = (_changed, NewSignal());
        }

        changed.SetResult();
        return added;
    }

    /// <summary>Wakes every reader without an event, so that it can look at the clock.</summary>
    public void Wake()
    {
        TaskCompletionSource changed;
        lock (_gate)
            (changed, _changed) = (_changed, NewSignal());
        changed.SetResult();
    }

    /// <summary>The oldest kept event after a position, or what to wait for until there is one.</summary>
    public (DemoEvent? Next, Task Changed) After(long position)
    {
        lock (_gate)
        {
            var oldest = _newest - _kept.Count + 1;
            return position < _newest && _newest > 0
                ? (_kept[Math.Max(position + 1, oldest)], Task.CompletedTask)
                : (null, _changed.Task);
        }
    }

    /// <summary>The position of a <c>Last-Event-ID</c>; null for an ID that this log never gave.</summary>
    public long? PositionOf(string lastEventId)
    {
        if (!lastEventId.StartsWith(idPrefix, StringComparison.Ordinal))
            return null;
        var known = long.TryParse(lastEventId.AsSpan(idPrefix.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var number);
        return known && number <= Newest ? number : null;
    }

    // Readers go on by themselves: the writer must not run them inside its own call.
    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}

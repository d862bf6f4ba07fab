namespace McpSseActors.Actors.Stats;

/// <summary>
/// How old the oldest event is that is not handled yet, from counters: a mark remembers when the events after it began to be dispatched. So it is
/// true to the distance of the marks. There are at most as many as fit into what is in flight.
/// </summary>
internal sealed class LagMeter
{
    private static readonly TimeSpan Distance = TimeSpan.FromMilliseconds(100);

    private readonly Queue<(long Before, TimeSpan At)> _marks = new();
    private TimeSpan _newest;

    /// <summary>Events are being dispatched.</summary>
    /// <param name="before">The events dispatched before them.</param>
    /// <param name="handled">The events that are handled.</param>
    /// <param name="now">The time.</param>
    public void Mark(long before, long handled, TimeSpan now)
    {
        Forget(handled, before);
        if (_marks.Count > 0 && now - _newest < Distance)
            return;
        _newest = now;
        _marks.Enqueue((before, now));
    }

    /// <summary>The age of the oldest event that is not handled; zero if all are.</summary>
    public TimeSpan At(long handled, long dispatched, TimeSpan now)
    {
        Forget(handled, dispatched);
        return _marks.TryPeek(out var oldest) ? now - oldest.At : TimeSpan.Zero;
    }

    private void Forget(long handled, long dispatched)
    {
        if (handled >= dispatched)
            _marks.Clear();
        while (_marks.Count > 1 && _marks.ElementAt(1).Before <= handled)
            _marks.Dequeue();
    }
}

namespace McpSseActors.Cli.Watch.Model;

/// <summary>
/// How old the oldest event is that no handler has handled yet, from counters that are read now and then: a look remembers how many events had
/// been dispatched, and later looks see when they are handled. It is true to one look, and at least so much where the first look came late.
/// </summary>
internal sealed class HandlerLag(TimeProvider time)
{
    private const int MostLooks = 600;

    private readonly Queue<(long Dispatched, long At)> _looks = new();
    private long _dispatched;

    /// <summary>The lag at the last look; zero when everything was handled.</summary>
    public TimeSpan Current { get; private set; }

    /// <summary>Takes the counters.</summary>
    /// <param name="dispatched">The events that went to handlers so far.</param>
    /// <param name="inFlight">Those of them that are not handled yet.</param>
    public void Add(long dispatched, long inFlight)
    {
        // Another life of the process that counts.
        if (dispatched < _dispatched)
            _looks.Clear();
        while (_looks.TryPeek(out var old) && old.Dispatched <= dispatched - inFlight)
            _looks.Dequeue();
        // The oldest look decides, so those beyond the bound are missed only when it is gone.
        if (inFlight > 0 && dispatched != _dispatched && _looks.Count < MostLooks)
            _looks.Enqueue((dispatched, time.GetTimestamp()));
        _dispatched = dispatched;
        Current = _looks.TryPeek(out var oldest) ? time.GetElapsedTime(oldest.At) : TimeSpan.Zero;
    }
}

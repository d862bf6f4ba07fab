namespace McpSseActors.Events;

/// <summary>
/// Recognises events that a server sends again after a resume: those whose ID and content are among the last ones dispatched, until the first
/// that is not. Each is taken for a repeat once a resume, and an ID that the server has used more than once never is. A repeat that the server did
/// not follow up to the last event dispatched was none: its ID counts as used again from then on. Counts the repeats that it missed. Bounded.
/// </summary>
/// <remarks>Large batches are kept as they are: most are forgotten before a resume wants to know anything of them.</remarks>
/// <param name="capacity">How many events are remembered.</param>
/// <param name="maxBytes">What the batches that are kept may take.</param>
internal sealed class ResumeWindow(int capacity, long maxBytes = 1 << 20)
{
    private const int FewestKept = 32;

    private readonly Latest<Fingerprint> _older = new(capacity);
    private readonly Queue<(EventBuffer Events, int Identified)> _kept = new();
    private readonly MissedRepeats _missed = new();
    private long _remembered;
    private int _keptEvents;
    private long _keptBytes;
    private bool _isSlow = true;
    private int _lastRepeat;
    private bool _isFirst;

    // Most streams never see a repeat.
    private Dictionary<ulong, (uint Content, int Place)> Repeatable => field ??= [];

    private List<ulong> Repeated => field ??= [];

    private HashSet<ulong> Reused => field ??= [];

    /// <summary>Gets whether events may still be repeats: after a resume, until the first event that is not one.</summary>
    public bool IsOpen { get; private set; }

    /// <summary>Gets whether the window wants to see the next event at all.</summary>
    public bool IsWatching => IsOpen || _missed.IsLooking;

    /// <summary>A new connection: what was dispatched so far may come again.</summary>
    public void Resume()
    {
        while (_kept.Count > 0)
            Condense();
        IsOpen = _older.Count > 0;
        if (IsOpen)
        {
            Repeatable.Clear();
            Repeated.Clear();
        }

        _missed.End();
        _lastRepeat = 0;
        _isFirst = true;
    }

    /// <summary>Whether an event is a repeat. Events without an ID never are.</summary>
    public bool IsRepeat(EventBuffer events, int index)
    {
        if (!IsOpen || events.Id(index).IsEmpty)
            return false;
        var received = Fingerprint.Of(events, index);
        if (_isFirst)
            LearnWhatIsRepeatable(received);
        _isFirst = false;
        var isRepeat = Repeatable.Remove(received.Id, out var known) && known.Content == received.Content && known.Place > _lastRepeat;
        _lastRepeat = known.Place;
        // Servers repeat in order. What follows the last event that was dispatched is new, even with a known ID.
        IsOpen = isRepeat && known.Place < _older.Count;
        if (isRepeat)
            Repeated.Add(received.Id);
        else if (Repeated.Count > 0)
            LearnWhatIsReused();
        else
            _missed.Begin(_older, _remembered - _older.Count);
        if (!IsOpen)
            Repeatable.Clear();
        return isRepeat;
    }

    /// <summary>Adds an event that is not a repeat as far as can be told now.</summary>
    /// <returns>The number of repeats that were missed, if this event proves them.</returns>
    public int FindMissed(EventBuffer events, int index) =>
        _missed.IsLooking && !events.Id(index).IsEmpty ? _missed.Find(Fingerprint.Of(events, index)) : 0;

    // A server that resumes repeats up to the last event. One that does not has reused the IDs, for a greeting, for example.
    private void LearnWhatIsReused()
    {
        if (Reused.Count + Repeated.Count > capacity)
            Reused.Clear();
        Reused.UnionWith(Repeated);
    }

    // Mostly the first event is new, and the others need not be known.
    private void LearnWhatIsRepeatable(Fingerprint first)
    {
        if (!_older.Contains(first))
            return;
        foreach (var sameId in _older.Select((e, index) => (e.Id, e.Content, Place: index + 1)).GroupBy(e => e.Id))
        {
            if (sameId.Count() == 1 && !Reused.Contains(sameId.Key))
                Repeatable.Add(sameId.Key, (sameId.Single().Content, sameId.Single().Place));
        }
    }

    /// <summary>Remembers the events of a batch that was dispatched, repeats apart.</summary>
    public void Remember(EventBuffer events)
    {
        if (capacity == 0)
            return;
        var identified = events.CountIdentified();
        _remembered += identified;
        // A small batch among large ones is kept as well: what is condensed for it is soon forgotten.
        var wasSlow = _isSlow;
        _isSlow = events.Count < FewestKept;
        if (_isSlow && wasSlow)
        {
            while (_kept.Count > 0)
                Condense();
            Add(events);
            return;
        }

        events.Retain();
        _kept.Enqueue((events, identified));
        _keptEvents += identified;
        _keptBytes += events.Size;
        while (_kept.Count > 1 && (_keptBytes > maxBytes || _keptEvents - _kept.Peek().Identified >= capacity))
            Condense();
    }

    // Of a batch, only what later batches have not pushed out.
    private void Condense()
    {
        var (oldest, identified) = _kept.Dequeue();
        _keptEvents -= identified;
        _keptBytes -= oldest.Size;
        if (_keptEvents < capacity)
            Add(oldest);
        else
            _older.Clear();
        oldest.Release();
    }

    private void Add(EventBuffer events)
    {
        for (var index = 0; index < events.Count; index++)
        {
            if (events.IsIdentified(index))
                _older.Add(Fingerprint.Of(events, index));
        }
    }
}

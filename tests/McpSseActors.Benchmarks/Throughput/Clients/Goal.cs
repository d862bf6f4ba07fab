using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Throughput.Clients;

/// <summary>Where handlers tell that they have seen their share of the stream.</summary>
internal sealed class Goal
{
    private readonly TaskCompletionSource _reached = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly List<Seen> _seen = [];
    private readonly IReadOnlyList<Share> _shares;
    private int _missing;

    private Goal(IEnumerable<(string Of, long Events)> shares)
    {
        _shares = [.. shares.Select(share => new Share(this, share.Of, share.Events))];
        _missing = _shares.Count;
    }

    /// <summary>One handler sees all events.</summary>
    public static Goal Whole(long events) => new([(Expected.Whole, events)]);

    /// <summary>Each type has a handler.</summary>
    public static Goal ByType(Corpus corpus, long events) =>
        new(corpus.Templates.Select((template, place) => (template.Type, corpus.CountOfPlace(place, events))));

    /// <summary>Each of several parts, streams or handlers, sees as many events.</summary>
    public static Goal Each(IEnumerable<string> parts, long events) => new(parts.Select(part => (part, events)));

    public IReadOnlyList<Share> Shares => _shares;

    /// <summary>The share of one part.</summary>
    public Share ShareOf(string part) => _shares.First(share => share.Of == part);

    /// <summary>Ends when every share is seen.</summary>
    public Task Reached => _reached.Task;

    /// <summary>What was seen, in the order of the shares.</summary>
    public IReadOnlyList<Seen> Seen
    {
        get
        {
            lock (_seen)
                return [.. _shares.Select(share => _seen.Find(seen => seen.Of == share.Of)).OfType<Seen>()];
        }
    }

    private void Tell(Seen seen)
    {
        lock (_seen)
            _seen.Add(seen);
        if (Interlocked.Decrement(ref _missing) == 0)
            _reached.TrySetResult();
    }

    /// <summary>What one handler is to see.</summary>
    /// <param name="goal">Whose share it is.</param>
    /// <param name="of">The part of the stream.</param>
    /// <param name="events">How many events.</param>
    internal sealed class Share(Goal goal, string of, long events)
    {
        public string Of => of;

        /// <summary>Called after each event; it notifies the goal after the last.</summary>
        public void Tell(in ContentHash hash)
        {
            if (hash.Events == events)
                goal.Tell(hash.ToSeen(of));
        }
    }
}

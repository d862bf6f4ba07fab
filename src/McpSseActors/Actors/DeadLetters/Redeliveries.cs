namespace McpSseActors.Actors.DeadLetters;

/// <summary>
/// The letters that are being retried, a queue for each handler: it gets one after the other, in their order. Owned by
/// <see cref="DeadLetterActor"/>.
/// </summary>
/// <param name="begin">Gives a letter to its handler.</param>
internal sealed class Redeliveries(Action<Redelivery> begin)
{
    private readonly Dictionary<string, Redelivery> _all = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Stream, string Handler), Queue<Redelivery>> _queues = [];

    /// <summary>Finds a letter that is being retried; null if it is not.</summary>
    public Redelivery? Find(string id) => _all.GetValueOrDefault(id);

    /// <summary>Adds a letter for a run. One that is being retried for another run is retried once for both.</summary>
    public void Add(Redelivery added, RetryRun run)
    {
        if (!_all.TryAdd(added.Id, added))
            added = _all[added.Id];
        added.Runs.Add(run);
        if (added.Runs.Count > 1)
            return;
        if (!_queues.TryGetValue(added.Queue, out var queue))
            _queues.Add(added.Queue, queue = new Queue<Redelivery>());
        queue.Enqueue(added);
        if (queue.Count == 1)
            begin(added);
    }

    /// <summary>The handler is done with a letter: the next one begins.</summary>
    public void Release(Redelivery done)
    {
        if (!_queues.TryGetValue(done.Queue, out var queue) || queue.Peek() != done)
            return;
        queue.Dequeue();
        if (queue.Count > 0)
            begin(queue.Peek());
        else
            _queues.Remove(done.Queue);
    }

    /// <summary>A letter isn't retried any more.</summary>
    public void Remove(Redelivery ended) => _all.Remove(ended.Id);

    /// <summary>Removes what a stream that has ended was given or would be.</summary>
    public IReadOnlyList<Redelivery> RemoveAll(string stream)
    {
        var removed = _queues.Where(each => each.Key.Stream == stream).SelectMany(each => each.Value).ToArray();
        foreach (var one in removed)
        {
            _all.Remove(one.Id);
            _queues.Remove(one.Queue);
        }

        return removed;
    }
}

/// <summary>A letter that is being retried.</summary>
/// <param name="id">Its ID.</param>
/// <param name="stream">The stream of its event.</param>
/// <param name="handler">The handler that failed.</param>
internal sealed class Redelivery(string id, string stream, string handler)
{
    public string Id { get; } = id;

    public (string Stream, string Handler) Queue { get; } = (stream, handler);

    /// <summary>The runs that want it.</summary>
    public List<RetryRun> Runs { get; } = [];

    /// <summary>Why the handler failed again; null if it has not.</summary>
    public string? FailedAgain { get; set; }
}

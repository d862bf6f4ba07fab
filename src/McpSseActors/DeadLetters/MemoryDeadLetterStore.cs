namespace McpSseActors.DeadLetters;

/// <summary>Keeps letters as long as the process lives.</summary>
/// <param name="box">The letters that are there already; null for none.</param>
internal sealed class MemoryDeadLetterStore(DeadLetterBox? box = null) : IDeadLetterStore
{
    private readonly Lock _lock = new();
    private readonly DeadLetterBox _box = box ?? new DeadLetterBox();

    public Task KeepAsync(IReadOnlyCollection<StoredDeadLetter> letters, CancellationToken cancellation) => Locked(() =>
    {
        foreach (var letter in letters)
            _box.Keep(letter);
        return true;
    });

    public Task<int> TrimAsync(DeadLetterLimits limits, DateTimeOffset now, CancellationToken cancellation) =>
        Locked(() => _box.Beyond(limits, now).Count(_box.Remove));

    public Task<IReadOnlyList<StoredDeadLetter>> FindAsync(DeadLetterFilter filter, string after, int count, CancellationToken cancellation) =>
        Locked(() => _box.Find(filter, after, count));

    public Task<long> CountAsync(DeadLetterFilter filter, CancellationToken cancellation) => Locked(() => _box.Count(filter));

    public Task<int> RemoveAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation) => Locked(() => ids.Count(_box.Remove));

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    private Task<T> Locked<T>(Func<T> work)
    {
        lock (_lock)
            return Task.FromResult(work());
    }
}

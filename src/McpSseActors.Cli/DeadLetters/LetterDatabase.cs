namespace McpSseActors.Cli.DeadLetters;

/// <summary>The database of processes, which may be running: what is changed here, they see.</summary>
internal sealed class LetterDatabase(string store) : ILetterSource
{
    private readonly IDeadLetterStore _letters = DeadLetterStores.Open(store);

    public string RetriesWhen => "within 30 s, or when the streams start the next time";

    public Task<IReadOnlyList<StoredDeadLetter>> FindAsync(DeadLetterFilter filter, int count, CancellationToken cancellation) =>
        _letters.FindAsync(filter, "", count, cancellation);

    public Task<long> CountAsync(DeadLetterFilter filter, CancellationToken cancellation) => _letters.CountAsync(filter, cancellation);

    public async Task<RetriedLetters> RetryAsync(DeadLetterFilter filter, CancellationToken cancellation) =>
        new(await _letters.RequestRetryAsync(filter, cancellation).ConfigureAwait(false), 0, 0, 0, []);

    public Task<int> DiscardAsync(DeadLetterFilter filter, CancellationToken cancellation) => _letters.DiscardAsync(filter, cancellation);

    public ValueTask DisposeAsync() => _letters.DisposeAsync();
}

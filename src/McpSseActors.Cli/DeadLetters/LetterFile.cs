namespace McpSseActors.Cli.DeadLetters;

/// <summary>
/// The file of a process, which need not be running. It is read without being locked; to change it, no process may use it.
/// </summary>
internal sealed class LetterFile(string path) : ILetterSource
{
    private IDeadLetterStore? _copy;

    public string RetriesWhen => "when the streams start the next time";

    private IDeadLetterStore Copy => _copy ??= DeadLetterStores.ReadFile(path);

    public Task<IReadOnlyList<StoredDeadLetter>> FindAsync(DeadLetterFilter filter, int count, CancellationToken cancellation) =>
        Path.Exists(path) ? Copy.FindAsync(filter, "", count, cancellation) : Task.FromResult<IReadOnlyList<StoredDeadLetter>>([]);

    public Task<long> CountAsync(DeadLetterFilter filter, CancellationToken cancellation) =>
        Path.Exists(path) ? Copy.CountAsync(filter, cancellation) : Task.FromResult(0L);

    public async Task<RetriedLetters> RetryAsync(DeadLetterFilter filter, CancellationToken cancellation) =>
        new(await ChangeAsync(store => store.RequestRetryAsync(filter, cancellation)).ConfigureAwait(false), 0, 0, 0, []);

    public Task<int> DiscardAsync(DeadLetterFilter filter, CancellationToken cancellation) => ChangeAsync(store => store.DiscardAsync(filter, cancellation));

    public async ValueTask DisposeAsync()
    {
        if (_copy is not null)
            await _copy.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<int> ChangeAsync(Func<IDeadLetterStore, Task<int>> change)
    {
        if (!Path.Exists(path))
            return 0;
        await using var store = Open();
        return await change(store).ConfigureAwait(false);
    }

    private IDeadLetterStore Open()
    {
        try
        {
            return DeadLetterStores.OpenFile(path);
        }
        catch (PositionStoreException used) when (used.InnerException is null && used.Message.Contains(" is used by ", StringComparison.Ordinal))
        {
            var holder = used.Message[..used.Message.IndexOf(". ", StringComparison.Ordinal)];
            throw new CliException(ExitCodes.Failed,
                $"{holder}. Ask it, if it is 'mcp-sse run --stats-port N': repeat this with --attach http://127.0.0.1:N. Otherwise stop it first.");
        }
    }
}

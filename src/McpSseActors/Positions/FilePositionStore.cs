using McpSseActors.Storage;

namespace McpSseActors.Positions;

/// <summary>Stores positions in one file, with a line for each position saved. Of each stream the last line counts. One process at a time.</summary>
/// <remarks>
/// A save is written, not flushed to the disk: if the machine fails, the file ends earlier, and the stream resumes earlier.
/// A replaced file is flushed before it takes the name.
/// </remarks>
internal sealed class FilePositionStore : IPositionStore
{
    /// <summary>What the file holds.</summary>
    public const string Content = "positions";

    private const int MostOutOfDate = 4;

    private readonly long _mostBytes;
    private readonly RecordFile _file;
    private readonly Dictionary<string, PositionRecord> _newest = new(StringComparer.Ordinal);
    private long _replacedFrom;

    /// <summary>Opens the file, or creates it.</summary>
    /// <param name="path">The file; beside it lies a lock file, <c>PATH.lock</c>.</param>
    /// <param name="mostBytes">The size from which the file is replaced if most of it is out of date, in bytes.</param>
    /// <exception cref="PositionStoreException">Another process uses the file, or it is not a file of positions.</exception>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be read or written.</exception>
    public FilePositionStore(string path, long mostBytes = 1 << 20)
    {
        _replacedFrom = _mostBytes = mostBytes;
        _file = new RecordFile(path, Content, Read, () => Newest);
    }

    /// <summary>The lines that were damaged when the file was opened, and are not used.</summary>
    public int Damaged => _file.Damaged;

    private string[] Newest => [.. _newest.Values.Select(record => record.ToJson())];

    public Task<PositionLease> AcquireAsync(string stream, CancellationToken cancellation) => _file.InTurnAsync(() =>
    {
        var before = _newest.GetValueOrDefault(stream);
        var acquired = new PositionRecord(stream, (before?.Token ?? 0) + 1, before?.Value, before?.SavedAt);
        Append([acquired]);
        return new PositionLease(acquired.Token, acquired.Position);
    }, cancellation);

    public Task<IReadOnlyCollection<string>> SaveAsync(IReadOnlyCollection<PositionUpdate> updates, CancellationToken cancellation) => _file.InTurnAsync<IReadOnlyCollection<string>>(() =>
    {
        var ours = updates.ToLookup(update => _newest.GetValueOrDefault(update.Stream)?.Token == update.Token);
        Append([.. ours[true].Select(update => new PositionRecord(update.Stream, update.Token, update.Position.Value, update.Position.SavedAt))]);
        return [.. ours[false].Select(update => update.Stream)];
    }, cancellation);

    // The token is kept: a later owner must have a greater one.
    public Task RemoveAsync(string stream, long token, CancellationToken cancellation) => _file.InTurnAsync(() =>
    {
        if (_newest.GetValueOrDefault(stream)?.Token == token)
            Append([new PositionRecord(stream, token, null, null)]);
        return true;
    }, cancellation);

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private bool Read(string json)
    {
        if (PositionRecord.TryParse(json) is not { } record)
            return false;
        if (!_newest.TryGetValue(record.Stream, out var known) || record.Token >= known.Token)
            _newest[record.Stream] = record;
        return true;
    }

    private void Append(PositionRecord[] records)
    {
        if (records.Length == 0)
            return;
        _file.Append(records.Select(record => record.ToJson()), flushToDisk: false);
        foreach (var record in records)
            _newest[record.Stream] = record;
        if (_file.Length > _replacedFrom)
            ReplaceIfOutOfDate();
    }

    // With many streams, what counts can be long, so it is not measured at each save.
    private void ReplaceIfOutOfDate()
    {
        var newest = Newest;
        _replacedFrom = Math.Max(_mostBytes, MostOutOfDate * newest.Sum(json => (long)json.Length));
        if (_file.Length > _replacedFrom && !_file.TryReplace(newest))
            _replacedFrom = 2 * _file.Length;
    }
}

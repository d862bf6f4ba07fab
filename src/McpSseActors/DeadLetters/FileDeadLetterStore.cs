using McpSseActors.Storage;

namespace McpSseActors.DeadLetters;

/// <summary>
/// Keeps letters in one file, with a line for each that was kept or removed, and in memory. What is kept is flushed to the disk. One process at a
/// time.
/// </summary>
internal sealed class FileDeadLetterStore : IDeadLetterStore
{
    /// <summary>What the file holds.</summary>
    public const string Content = "dead letters";

    private long _replacedFrom;
    private readonly DeadLetterBox _box = new();
    private readonly RecordFile _file;

    /// <summary>Opens the file, or creates it.</summary>
    /// <param name="path">The file; beside it lies a lock file, <c>PATH.lock</c>.</param>
    /// <param name="mostBytes">The size from which the file is replaced if half of it is out of date, in bytes.</param>
    /// <exception cref="PositionStoreException">Another process uses the file, or it is not a file of dead letters.</exception>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be read or written.</exception>
    public FileDeadLetterStore(string path, long mostBytes = 1 << 20)
    {
        _replacedFrom = mostBytes;
        _file = new RecordFile(path, Content, json => Read(json, _box), () => Kept);
        LetterIds.Follow(_box.NewestId ?? "");
    }

    /// <summary>Gets the number of lines that were damaged when the file was opened, and are not used.</summary>
    public int Damaged => _file.Damaged;

    private IEnumerable<string> Kept => _box.Letters.Select(letter => DeadLetterJson.Write(new DeadLetterRecord(letter)));

    /// <summary>Reads the letters of a file that another process may be using.</summary>
    public static MemoryDeadLetterStore Copy(string path)
    {
        var box = new DeadLetterBox();
        RecordFile.Read(path, Content, json => Read(json, box));
        return new MemoryDeadLetterStore(box);
    }

    public Task KeepAsync(IReadOnlyCollection<StoredDeadLetter> letters, CancellationToken cancellation) => _file.InTurnAsync(() =>
    {
        Append(letters.Select(letter => new DeadLetterRecord(letter)), flushToDisk: true);
        foreach (var letter in letters)
            _box.Keep(letter);
        ReplaceIfGrown();
        return true;
    }, cancellation);

    public Task<int> TrimAsync(DeadLetterLimits limits, DateTimeOffset now, CancellationToken cancellation) =>
        _file.InTurnAsync(() => Remove(_box.Beyond(limits, now)), cancellation);

    public Task<IReadOnlyList<StoredDeadLetter>> FindAsync(DeadLetterFilter filter, string after, int count, CancellationToken cancellation) =>
        _file.InTurnAsync(() => _box.Find(filter, after, count), cancellation);

    public Task<long> CountAsync(DeadLetterFilter filter, CancellationToken cancellation) => _file.InTurnAsync(() => _box.Count(filter), cancellation);

    public Task<int> RemoveAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation) =>
        _file.InTurnAsync(() => Remove([.. ids.Where(_box.Has).Distinct(StringComparer.Ordinal)]), cancellation);

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static bool Read(string json, DeadLetterBox box)
    {
        if (DeadLetterJson.TryRead(json) is not { } record)
            return false;
        if (record.Letter is { } letter)
            box.Keep(letter);
        else if (record.Removed is { } removed)
            box.Remove(removed);
        return true;
    }

    // A letter that comes back after a failure of the machine does no harm. Nothing of the last one stays in the file.
    private int Remove(IReadOnlyList<string> ids)
    {
        if (ids.Count == 0)
            return 0;
        Append(ids.Select(id => new DeadLetterRecord(null, id)), flushToDisk: false);
        foreach (var id in ids)
            _box.Remove(id);
        ReplaceIfGrown();
        return ids.Count;
    }

    private void Append(IEnumerable<DeadLetterRecord> records, bool flushToDisk) => _file.Append(records.Select(DeadLetterJson.Write), flushToDisk);

    private void ReplaceIfGrown()
    {
        if ((_box.IsEmpty || (_file.Length > _replacedFrom && _file.Length > 2 * _box.FileSize)) && !_file.TryReplace(Kept))
            _replacedFrom = 2 * _file.Length;
    }
}

using System.Text;

namespace McpSseActors.Positions;

/// <summary>
/// Stores positions in one file: a header, and a line for each position saved, to which nothing is ever done but append. Of each stream the last
/// line counts. A file that has grown is replaced by one with those lines only. One process at a time.
/// </summary>
/// <remarks>
/// A save is written, not flushed to the disk: if the machine fails, the file ends earlier, and the stream resumes earlier.
/// A replaced file is flushed before it takes the name.
/// </remarks>
internal sealed class FilePositionStore : IPositionStore
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private readonly string _path;
    private readonly long _mostBytes;
    private readonly FileLock _lock;
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<string, PositionRecord> _newest;
    private FileStream _file;

    /// <summary>Opens the file, or creates it.</summary>
    /// <param name="path">The file; beside it lies a lock file, <c>PATH.lock</c>.</param>
    /// <param name="mostBytes">The size from which the file is replaced if most of it is out of date, in bytes.</param>
    /// <exception cref="PositionStoreException">Another process uses the file, or it is not a file of positions.</exception>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be read or written.</exception>
    public FilePositionStore(string path, long mostBytes = 1 << 20)
    {
        _path = Path.GetFullPath(path);
        _mostBytes = mostBytes;
        _lock = FileLock.Take(_path, Holder);
        try
        {
            _newest = File.Exists(_path) ? Load() : [];
            if (!File.Exists(_path))
                Replace();
            _file ??= Open();
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>The lines that were damaged when the file was opened, and are not used.</summary>
    public int Damaged { get; private set; }

    public Task<PositionLease> AcquireAsync(string stream, CancellationToken cancellation) => InTurnAsync(() =>
    {
        var before = _newest.GetValueOrDefault(stream);
        var acquired = new PositionRecord(stream, (before?.Token ?? 0) + 1, before?.Value, before?.SavedAt);
        Append([acquired]);
        return new PositionLease(acquired.Token, acquired.Position);
    }, cancellation);

    public Task<IReadOnlyCollection<string>> SaveAsync(IReadOnlyCollection<PositionUpdate> updates, CancellationToken cancellation) => InTurnAsync<IReadOnlyCollection<string>>(() =>
    {
        var ours = updates.ToLookup(update => _newest.GetValueOrDefault(update.Stream)?.Token == update.Token);
        Append([.. ours[true].Select(update => new PositionRecord(update.Stream, update.Token, update.Position.Value, update.Position.SavedAt))]);
        return [.. ours[false].Select(update => update.Stream)];
    }, cancellation);

    // The token is kept: a later owner must have a greater one.
    public Task RemoveAsync(string stream, long token, CancellationToken cancellation) => InTurnAsync(() =>
    {
        if (_newest.GetValueOrDefault(stream)?.Token == token)
            Append([new PositionRecord(stream, token, null, null)]);
        return true;
    }, cancellation);

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        await _file.DisposeAsync().ConfigureAwait(false);
        _lock.Dispose();
    }

    private async Task<T> InTurnAsync<T>(Func<T> work, CancellationToken cancellation)
    {
        await _turn.WaitAsync(cancellation).ConfigureAwait(false);
        try
        {
            return await Task.Run(work, cancellation).ConfigureAwait(false);
        }
        finally
        {
            _turn.Release();
        }
    }

    private Dictionary<string, PositionRecord> Load()
    {
        var text = File.ReadAllBytes(_path);
        var lines = Encoding.UTF8.GetString(text).Split('\n');
        if (lines[0] != PositionRecord.Header)
            throw new PositionStoreException(
                $"{_path} is not a file of positions, or its beginning is damaged. It was left as it is; move it away to start without stored positions.");
        var newest = new Dictionary<string, PositionRecord>(StringComparer.Ordinal);
        foreach (var line in lines.Skip(1).Where(line => line.Length > 0 && !line.StartsWith(PositionRecord.ProcessMark, StringComparison.Ordinal)))
        {
            if (PositionRecord.TryParse(line) is not { } record)
                Damaged++;
            else if (!newest.TryGetValue(record.Stream, out var known) || record.Token >= known.Token)
                newest[record.Stream] = record;
        }

        return newest;
    }

    private void Append(PositionRecord[] records)
    {
        if (records.Length == 0)
            return;
        // A line that was cut off, by us or by a former process, must not spoil the next.
        var start = _file.Length;
        try
        {
            _file.Write(Encoding.UTF8.GetBytes(string.Concat(records.Select(record => record.ToLine()))));
            _file.Flush();
        }
        catch
        {
            _file.SetLength(start);
            throw;
        }

        foreach (var record in records)
            _newest[record.Stream] = record;
        if (_file.Length > _mostBytes && _file.Length > 4 * _newest.Values.Sum(record => record.ToLine().Length))
            Replace();
    }

    private void Replace()
    {
        var next = _path + ".new";
        using (var file = Create(next, FileMode.Create))
        {
            file.Write(Encoding.UTF8.GetBytes(PositionRecord.Header + "\n" + string.Concat(_newest.Values.Select(record => record.ToLine()))));
            file.Flush(flushToDisk: true);
        }

        _file?.Dispose();
        File.Move(next, _path, overwrite: true);
        _file = Open();
    }

    private FileStream Open()
    {
        var file = Create(_path, FileMode.Open);
        file.Seek(0, SeekOrigin.End);
        var separator = EndsWithLine(file) ? "" : "\n";
        file.Write(Encoding.UTF8.GetBytes($"{separator}{PositionRecord.ProcessMark}process {Environment.ProcessId} ({Path.GetFileName(Environment.ProcessPath)})\n"));
        return file;
    }

    // Nobody but the process that holds the lock writes to the file.
    private string Holder()
    {
        try
        {
            using var file = new FileStream(_path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
            using var reader = new StreamReader(file);
            return reader.ReadToEnd().Split('\n').LastOrDefault(line => line.StartsWith(PositionRecord.ProcessMark, StringComparison.Ordinal))?[PositionRecord.ProcessMark.Length..] ?? "another process";
        }
        catch (IOException)
        {
            return "another process";
        }
    }

    private static bool EndsWithLine(FileStream file)
    {
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }

    // The file holds session IDs.
    private static FileStream Create(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode is FileMode.Create)
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }
}

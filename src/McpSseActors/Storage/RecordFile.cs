using System.Buffers;
using System.Globalization;
using System.IO.Hashing;
using System.Text;

namespace McpSseActors.Storage;

/// <summary>
/// A file of one process at a time: a header, and a line for each record, to which nothing is ever done but append: a checksum, a space, and JSON.
/// A file that has grown is replaced as a whole.
/// </summary>
internal sealed class RecordFile : IAsyncDisposable
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private const int ChecksumLength = 16;
    private const int MostTogether = 1 << 20;

    // How a line begins that names the process that opened the file.
    private const string ProcessMark = "# ";

    private static readonly string Mark = $"{ProcessMark}process {Environment.ProcessId} ({Path.GetFileName(Environment.ProcessPath)})\n";

    private readonly string _path;
    private readonly string _content;
    private readonly Func<IEnumerable<string>> _kept;
    private readonly FileLock _lock;
    private readonly SemaphoreSlim _turn = new(1);
    private FileStream _file;
    private long _length;

    /// <summary>Opens the file, or creates it.</summary>
    /// <param name="path">The file, or a link to it; beside the file lies a lock file, <c>PATH.lock</c>.</param>
    /// <param name="content">What it holds: <c>positions</c>.</param>
    /// <param name="read">Called with the JSON of each record, in their order; returns false for what is not a record.</param>
    /// <param name="kept">Gives the records that count, for a file that somebody has removed.</param>
    /// <exception cref="PositionStoreException">Another process uses the file, or it holds something else.</exception>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be read or written.</exception>
    public RecordFile(string path, string content, Func<string, bool> read, Func<IEnumerable<string>> kept)
    {
        // Two links to one file are one file, also for its lock, and a link that is replaced would be one no more.
        _path = Path.GetFullPath(new FileInfo(path).LinkTarget is null ? path : File.ResolveLinkTarget(path, returnFinalTarget: true)!.FullName);
        _content = content;
        _kept = kept;
        RequireNoDirectory(_path, content);
        _lock = FileLock.Take(_path, content, Holder);
        try
        {
            var isNew = !File.Exists(_path);
            if (isNew)
                WriteWhole([]);
            else
                Damaged = Read(_path, content, read);
            _file = Open(isMarked: isNew);
            _length = _file.Length;
        }
        catch
        {
            _lock.Dispose();
            throw;
        }
    }

    /// <summary>Gets the number of lines that were damaged when the file was opened, and are not used.</summary>
    public int Damaged { get; }

    /// <summary>Gets the size of the file in bytes.</summary>
    public long Length => _length;

    /// <summary>Reads the records of a file, which another process may be using.</summary>
    /// <returns>The number of damaged lines.</returns>
    /// <exception cref="PositionStoreException">It holds something else.</exception>
    public static int Read(string path, string content, Func<string, bool> read)
    {
        RequireNoDirectory(path, content);
        // To open a pipe would wait for its writer. Its length is 0, like that of a device.
        using var reader = new FileInfo(path).Length == 0 ? StreamReader.Null : new StreamReader(OpenToRead(path));
        RequireHeader(reader, path, content);
        var damaged = 0;
        while (reader.ReadLine() is { } line)
        {
            if (line.Length > 0 && !line.StartsWith(ProcessMark, StringComparison.Ordinal) && !(JsonOf(line) is { } json && read(json)))
                damaged++;
        }

        return damaged;
    }

    /// <summary>Runs what works on the file when no other work does, on another thread.</summary>
    public async Task<T> InTurnAsync<T>(Func<T> work, CancellationToken cancellation)
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

    /// <summary>Appends records, all or none.</summary>
    /// <param name="records">The JSON of each.</param>
    /// <param name="flushToDisk">Whether they outlive a failure of the machine.</param>
    /// <exception cref="PositionStoreException">Somebody else has changed the file.</exception>
    public void Append(IEnumerable<string> records, bool flushToDisk)
    {
        RequireOurs();
        try
        {
            WriteLines(_file, records);
            _file.Flush(flushToDisk);
            _length = _file.Length;
        }
        catch
        {
            // A line that was cut off must not spoil the next.
            _file.SetLength(_length);
            throw;
        }
    }

    /// <summary>Replaces all records with those that count, for which a full disk may have no room: then the file stays as it is.</summary>
    /// <returns>Whether it is replaced.</returns>
    public bool TryReplace(IEnumerable<string> records)
    {
        try
        {
            Replace(records);
            return true;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    public async ValueTask DisposeAsync()
    {
        await _turn.WaitAsync().ConfigureAwait(false);
        await _file.DisposeAsync().ConfigureAwait(false);
        _lock.Dispose();
        _turn.Release();
    }

    /// <summary>Gets the first line of a file.</summary>
    public static string Header(string content) => $"mcp-sse {content} 1";

    // What is written to a file that has lost its name is gone with the process. Windows keeps others from an open file, and tells its length late.
    private void RequireOurs()
    {
        if (OperatingSystem.IsWindows())
            return;
        var now = new FileInfo(_path);
        if (now.Exists ? now.Length != _length : Directory.Exists(_path))
            throw new PositionStoreException(
                $"{_path} was changed while this process uses it. It was left as it is; move it away, and the process writes it again.");
        if (!now.Exists)
            Replace(_kept());
    }

    /// <summary>Replaces all records.</summary>
    public void Replace(IEnumerable<string> records)
    {
        WriteWhole(records);
        var replaced = Open(isMarked: true);
        _file.Dispose();
        _file = replaced;
        _length = _file.Length;
    }

    private static void RequireNoDirectory(string path, string content)
    {
        if (Directory.Exists(path))
            throw new PositionStoreException($"{path} is a directory; name a file for {content}.");
    }

    // What holds something else may be one line of any length.
    private static void RequireHeader(StreamReader reader, string path, string content)
    {
        var header = Header(content);
        var begin = new char[header.Length];
        var isWhole = reader.ReadBlock(begin) == begin.Length;
        if (isWhole && begin.AsSpan().SequenceEqual(header) && reader.ReadLine() is "")
            return;
        var problem = isWhole && begin.AsSpan()[..^1].SequenceEqual(header.AsSpan()[..^1]) && char.IsAsciiDigit(begin[^1])
            ? $"is a file of {content} of another version of this program, or its beginning is damaged"
            : $"is not a file of {content}, or its beginning is damaged";
        throw new PositionStoreException($"{path} {problem}. It was left as it is; move it away to start without stored {content}.");
    }

    // Small lines go together, in one write. A line may be a letter of many MB, of which there should be few copies.
    private static void WriteLines(FileStream file, IEnumerable<string> records)
    {
        var lines = new ArrayBufferWriter<byte>();
        foreach (var json in records)
        {
            var length = Encoding.UTF8.GetByteCount(json);
            var line = lines.GetSpan(ChecksumLength + length + 2);
            Encoding.UTF8.GetBytes(json, line[(ChecksumLength + 1)..]);
            Encoding.ASCII.GetBytes(Checksum(line.Slice(ChecksumLength + 1, length)), line);
            line[ChecksumLength] = (byte)' ';
            line[ChecksumLength + 1 + length] = (byte)'\n';
            lines.Advance(ChecksumLength + length + 2);
            if (lines.WrittenCount < MostTogether)
                continue;
            file.Write(lines.WrittenSpan);
            lines.ResetWrittenCount();
        }

        file.Write(lines.WrittenSpan);
    }

    private static string? JsonOf(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        return space >= 0 && line[(space + 1)..] is var json && line.AsSpan(0, space).SequenceEqual(Checksum(Encoding.UTF8.GetBytes(json))) ? json : null;
    }

    private static string Checksum(ReadOnlySpan<byte> json) => XxHash3.HashToUInt64(json).ToString("x16", CultureInfo.InvariantCulture);

    private void WriteWhole(IEnumerable<string> records)
    {
        var next = _path + ".new";
        try
        {
            using (var file = Create(next, FileMode.Create))
            {
                file.Write(Encoding.UTF8.GetBytes(Header(_content) + "\n"));
                WriteLines(file, records);
                file.Write(Encoding.UTF8.GetBytes(Mark));
                file.Flush(flushToDisk: true);
            }

            File.Move(next, _path, overwrite: true);
        }
        catch
        {
            File.Delete(next);
            throw;
        }
    }

    private FileStream Open(bool isMarked)
    {
        var file = Create(_path, FileMode.Open);
        file.Seek(0, SeekOrigin.End);
        if (!isMarked)
            file.Write(Encoding.UTF8.GetBytes((EndsWithLine(file) ? "" : "\n") + Mark));
        return file;
    }

    // Nobody but the process that holds the lock writes to the file.
    private string Holder()
    {
        var holder = "another process";
        try
        {
            using var reader = new StreamReader(OpenToRead(_path));
            while (reader.ReadLine() is { } line)
            {
                if (line.StartsWith(ProcessMark, StringComparison.Ordinal))
                    holder = line[ProcessMark.Length..];
            }
        }
        catch (IOException)
        {
            // It is named as far as it is known.
        }

        return holder;
    }

    private static bool EndsWithLine(FileStream file)
    {
        file.Seek(-1, SeekOrigin.End);
        return file.ReadByte() == '\n';
    }

    private static FileStream OpenToRead(string path) => new(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);

    // The files hold session IDs and events.
    private static FileStream Create(string path, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.Read, BufferSize = 0 };
        if (!OperatingSystem.IsWindows() && mode is FileMode.Create)
            options.UnixCreateMode = OwnerOnly;
        return new FileStream(path, options);
    }
}

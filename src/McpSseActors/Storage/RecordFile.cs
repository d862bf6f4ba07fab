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

    // How a line begins that names the process that opened the file.
    private const string ProcessMark = "# ";

    private readonly string _path;
    private readonly string _content;
    private readonly FileLock _lock;
    private readonly SemaphoreSlim _turn = new(1);
    private FileStream _file;

    /// <summary>Opens the file, or creates it.</summary>
    /// <param name="path">The file; beside it lies a lock file, <c>PATH.lock</c>.</param>
    /// <param name="content">What it holds: <c>positions</c>.</param>
    /// <param name="read">Called with the JSON of each record, in their order; returns false for what is not a record.</param>
    /// <exception cref="PositionStoreException">Another process uses the file, or it holds something else.</exception>
    /// <exception cref="IOException">The file cannot be read or written.</exception>
    /// <exception cref="UnauthorizedAccessException">The file cannot be read or written.</exception>
    public RecordFile(string path, string content, Func<string, bool> read)
    {
        _path = Path.GetFullPath(path);
        _content = content;
        _lock = FileLock.Take(_path, content, Holder);
        try
        {
            if (File.Exists(_path))
                Damaged = Read(_path, content, read);
            else
                WriteWhole([]);
            _file = Open();
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
    public long Length => _file.Length;

    /// <summary>Reads the records of a file, which another process may be using.</summary>
    /// <returns>The number of damaged lines.</returns>
    /// <exception cref="PositionStoreException">It holds something else.</exception>
    public static int Read(string path, string content, Func<string, bool> read)
    {
        using var reader = new StreamReader(OpenToRead(path));
        if (reader.ReadLine() != Header(content))
            throw new PositionStoreException(
                $"{path} is not a file of {content}, or its beginning is damaged. It was left as it is; move it away to start without stored {content}.");
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
    public void Append(IEnumerable<string> records, bool flushToDisk)
    {
        // A line that was cut off, by us or by a former process, must not spoil the next.
        var start = _file.Length;
        try
        {
            _file.Write(Encoding.UTF8.GetBytes(string.Concat(records.Select(ToLine))));
            _file.Flush(flushToDisk);
        }
        catch
        {
            _file.SetLength(start);
            throw;
        }
    }

    /// <summary>Replaces all records.</summary>
    public void Replace(IEnumerable<string> records)
    {
        WriteWhole(records);
        _file.Dispose();
        _file = Open();
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

    private static string ToLine(string json) => $"{Checksum(json)} {json}\n";

    private static string? JsonOf(string line)
    {
        var space = line.IndexOf(' ', StringComparison.Ordinal);
        return space >= 0 && line[..space] == Checksum(line[(space + 1)..]) ? line[(space + 1)..] : null;
    }

    private static string Checksum(string json) => XxHash3.HashToUInt64(Encoding.UTF8.GetBytes(json)).ToString("x16", CultureInfo.InvariantCulture);

    private void WriteWhole(IEnumerable<string> records)
    {
        var next = _path + ".new";
        using (var file = Create(next, FileMode.Create))
        {
            file.Write(Encoding.UTF8.GetBytes(Header(_content) + "\n"));
            foreach (var record in records)
                file.Write(Encoding.UTF8.GetBytes(ToLine(record)));
            file.Flush(flushToDisk: true);
        }

        File.Move(next, _path, overwrite: true);
    }

    private FileStream Open()
    {
        var file = Create(_path, FileMode.Open);
        file.Seek(0, SeekOrigin.End);
        var separator = EndsWithLine(file) ? "" : "\n";
        file.Write(Encoding.UTF8.GetBytes($"{separator}{ProcessMark}process {Environment.ProcessId} ({Path.GetFileName(Environment.ProcessPath)})\n"));
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

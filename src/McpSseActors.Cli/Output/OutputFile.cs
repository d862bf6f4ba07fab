using System.Text;

namespace McpSseActors.Cli.Output;

/// <summary>What happens to a file that is there already.</summary>
internal enum Existing
{
    /// <summary>Nothing: that is an error.</summary>
    Refuse,

    /// <summary>It is written on.</summary>
    Append,

    /// <summary>It is emptied.</summary>
    Overwrite,
}

/// <summary>
/// A file of lines, each of which is written whole or not at all. Lines are gathered for a second at most. When the disk is full, it keeps the whole
/// lines that fitted, says so once, and swallows the rest; <see cref="ThrowIfBroken"/> tells why.
/// </summary>
internal sealed class OutputFile : LineWriter
{
    private const int FullBuffer = 64 * 1024;

    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);

    private readonly Lock _gate = new();
    private readonly string _path;
    private readonly FileStream _file;
    private readonly Action _onBroken;
    private readonly MemoryStream _gathered = new();
    private readonly ITimer _timer;
    private long _end;
    private string? _fault;
    private bool _isClosed;

    private OutputFile(string path, FileStream file, TimeProvider time, Action onBroken)
    {
        _path = path;
        _file = file;
        _onBroken = onBroken;
        _end = file.CanSeek ? file.Length : 0;
        _timer = time.CreateTimer(_ => Flush(), null, Longest, Longest);
    }

    /// <summary>How many lines were written.</summary>
    public long Lines { get; private set; }

    /// <summary>Opens a file for writing by this process alone.</summary>
    /// <param name="path">As the user wrote it.</param>
    /// <param name="existing">What happens to a file that is there already.</param>
    /// <param name="environment">The directory it is in, and the clock.</param>
    /// <param name="onBroken">Called once when nothing more can be written; not to block.</param>
    /// <param name="remedy">What to do about a file that is there already.</param>
    /// <exception cref="CliException">It cannot be opened, or is there already.</exception>
    public static OutputFile Open(string path, Existing existing, CliEnvironment environment, Action onBroken,
        string remedy = "append to it with --append, or overwrite it with --force")
    {
        var absolute = Path.Combine(environment.Directory, path);
        if (existing is Existing.Refuse && File.Exists(absolute))
            throw new CliException(ExitCodes.Usage, $"{path} already exists; {remedy}.");
        try
        {
            var file = new FileStream(absolute, new FileStreamOptions
            {
                Mode = existing switch { Existing.Refuse => FileMode.CreateNew, Existing.Overwrite => FileMode.Create, _ => FileMode.OpenOrCreate },
                Access = existing is Existing.Append ? FileAccess.ReadWrite : FileAccess.Write,
                // Others may write to a device too, such as /dev/null.
                Share = IsDevice(absolute) ? FileShare.ReadWrite : FileShare.None,
                BufferSize = 0,
            });
            var opened = new OutputFile(path, file, environment.Time, onBroken);
            opened.EndCutLine();
            return opened;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException or ArgumentException)
        {
            throw new CliException(ExitCodes.Usage, $"cannot write to {path}: {fault.Message}");
        }
    }

    public override void WriteLine(string? value)
    {
        lock (_gate)
        {
            if (_fault is not null || _isClosed)
                return;
            _gathered.Write(Encoding.UTF8.GetBytes(value + "\n"));
            if (_gathered.Length < FullBuffer)
                return;
        }

        Flush();
    }

    public override void Flush()
    {
        var brokeNow = false;
        lock (_gate)
        {
            if (_fault is not null || _gathered.Length == 0)
                return;
            var bytes = _gathered.GetBuffer().AsSpan(0, (int)_gathered.Length);
            try
            {
                _file.Write(bytes);
                Keep(bytes);
            }
            catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
            {
                KeepWholeLines(bytes);
                _fault = fault.Message;
                brokeNow = true;
            }

            _gathered.SetLength(0);
        }

        if (brokeNow)
            _onBroken();
    }

    /// <exception cref="CliException">Something could not be written.</exception>
    public void ThrowIfBroken()
    {
        if (_fault is not null)
            throw new CliException(ExitCodes.Failed, FormattableString.Invariant($"can no longer write to {_path}; it has {Lines} complete lines: {_fault}"));
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing && !_isClosed)
        {
            _isClosed = true;
            _timer.Dispose();
            Flush();
            _file.Dispose();
        }

        base.Dispose(disposing);
    }

    private static bool IsDevice(string path) => path.StartsWith("/dev/", StringComparison.Ordinal) && !path.StartsWith("/dev/shm/", StringComparison.Ordinal);

    // A killed process may have left half a line, which must not become the start of the next one.
    private void EndCutLine()
    {
        if (_end == 0 || !_file.CanRead)
            return;
        _file.Position = _end - 1;
        if (_file.ReadByte() == '\n')
            return;
        _file.WriteByte((byte)'\n');
        _end++;
    }

    private void Keep(ReadOnlySpan<byte> lines)
    {
        _end += lines.Length;
        Lines += lines.Count((byte)'\n');
    }

    // The disk took a part of it. Only a file has a length and can be truncated.
    private void KeepWholeLines(ReadOnlySpan<byte> lines)
    {
        try
        {
            var taken = (int)Math.Clamp(RandomAccess.GetLength(_file.SafeFileHandle) - _end, 0, lines.Length);
            Keep(lines[..(lines[..taken].LastIndexOf((byte)'\n') + 1)]);
            RandomAccess.SetLength(_file.SafeFileHandle, _end);
        }
        catch (Exception fault) when (fault is IOException or NotSupportedException or UnauthorizedAccessException)
        {
            // Then it stays as it is.
        }
    }
}

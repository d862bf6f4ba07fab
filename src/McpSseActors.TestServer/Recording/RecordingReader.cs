namespace McpSseActors.TestServer.Recording;

/// <summary>Reads a recording line by line. A last line that was cut, because the recorder was killed, is the end.</summary>
internal sealed class RecordingReader : IDisposable
{
    // The recorder reads 64 KiB at a time, which take at most six characters each.
    private const int LongestLine = 1024 * 1024;

    private readonly string _path;
    private readonly FileStream _file;
    private readonly BufferedStream _bytes;
    private readonly MemoryStream _line = new();
    private readonly long _length;

    private RecordingReader(string path, FileStream file)
    {
        _path = path;
        _file = file;
        _bytes = new BufferedStream(file, 64 * 1024);
        _length = file.Length;
        Header = Guarded(RecordingLine.ReadHeader, isHeader: true)!;
    }

    /// <summary>What the first line says.</summary>
    public RecordingHeader Header { get; }

    /// <summary>The number of the line that was read last.</summary>
    public int Line { get; private set; }

    /// <summary>Whether the last line was cut.</summary>
    public bool IsCut { get; private set; }

    /// <summary>Where the next line begins, in bytes.</summary>
    public long Position { get; private set; }

    /// <summary>Opens a recording.</summary>
    /// <exception cref="RecordingException">The file is not a recording; the message names the line and the remedy.</exception>
    public static RecordingReader Open(string path, string directory)
    {
        FileStream? file = null;
        try
        {
            file = new FileStream(Path.Combine(directory, path), FileMode.Open, FileAccess.Read, FileShare.ReadWrite, bufferSize: 0);
            return new RecordingReader(path, file);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or NotSupportedException)
        {
            throw new RecordingException($"cannot read {path}: {fault.Message}");
        }
        catch (RecordingException)
        {
            file?.Dispose();
            throw;
        }
    }

    /// <summary>The next entry; null at the end.</summary>
    /// <exception cref="RecordingException">A line is wrong.</exception>
    public RecordingEntry? Read()
    {
        while (Position < _length && !IsCut)
        {
            if (Guarded(RecordingLine.Read) is { } entry)
                return entry;
        }

        return null;
    }

    /// <summary>Goes on with the line that begins there.</summary>
    public void Seek(long position, int line)
    {
        _bytes.Position = Position = position;
        Line = line;
        IsCut = false;
    }

    public void Dispose()
    {
        _bytes.Dispose();
        _file.Dispose();
        _line.Dispose();
    }

    private delegate T? Parser<T>(ReadOnlySpan<byte> line);

    private T? Guarded<T>(Parser<T> parse, bool isHeader = false)
        where T : class
    {
        Line++;
        var isWhole = ReadLine();
        if (!isWhole && !isHeader)
        {
            IsCut = true;
            return null;
        }

        try
        {
            return parse(_line.GetBuffer().AsSpan(0, (int)_line.Length));
        }
        catch (FormatException fault)
        {
            throw Wrong(fault.Message);
        }
        catch (InvalidOperationException)
        {
            throw Wrong("a text in it has half a character, as \\ud83d alone; write such bytes as \"base64\"");
        }
    }

    private bool ReadLine()
    {
        _line.SetLength(0);
        for (int letter; (letter = _bytes.ReadByte()) >= 0;)
        {
            Position++;
            if (letter == '\n')
                return true;
            _line.WriteByte((byte)letter);
            if (_line.Length > LongestLine)
                throw Wrong($"the line is longer than {LongestLine} bytes, which no line of a recording is");
        }

        return false;
    }

    private RecordingException Wrong(string problem) => new(FormattableString.Invariant($"{_path}({Line}): {problem}."));
}

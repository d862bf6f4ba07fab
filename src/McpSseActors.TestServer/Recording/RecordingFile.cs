using System.Collections.Immutable;

namespace McpSseActors.TestServer.Recording;

/// <summary>One connection of a recording.</summary>
/// <param name="Number">Its number in the file.</param>
/// <param name="Position">Where its lines begin, behind that which opens it.</param>
/// <param name="Line">The number of the line that opens it.</param>
/// <param name="At">When it was opened.</param>
public sealed record RecordedConnection(int Number, long Position, int Line, TimeSpan At);

/// <summary>
/// A recording that was checked from the first line to the last. Its bytes are not kept in memory: a player reads the file.
/// </summary>
public sealed class RecordingFile
{
    private readonly string _path;
    private readonly string _directory;

    private RecordingFile(string path, string directory, RecordingHeader header)
    {
        _path = path;
        _directory = directory;
        Header = header;
    }

    public RecordingHeader Header { get; }

    public ImmutableArray<RecordedConnection> Connections { get; private set; } = [];

    /// <summary>How many bytes the server sent.</summary>
    public long Bytes { get; private set; }

    /// <summary>How long it took.</summary>
    public TimeSpan Duration { get; private set; }

    /// <summary>The number of a last line that was cut; null for a whole recording.</summary>
    public int? CutLine { get; private set; }

    /// <summary>Reads a recording.</summary>
    /// <param name="path">The file, as messages name it.</param>
    /// <param name="directory">The directory that a relative path starts from.</param>
    /// <exception cref="RecordingException">It is wrong; says in which line, and what would be right.</exception>
    public static RecordingFile Load(string path, string directory)
    {
        using var reader = RecordingReader.Open(path, directory);
        var recording = new RecordingFile(path, directory, reader.Header);
        var connections = ImmutableArray.CreateBuilder<RecordedConnection>();
        var opened = new HashSet<int>();
        while (reader.Read() is { } entry)
        {
            recording.Duration = entry.At;
            if (entry is RecordingEntry.Open && opened.Add(entry.Connection))
                connections.Add(new RecordedConnection(entry.Connection, reader.Position, reader.Line, entry.At));
            else if (entry is RecordingEntry.Open)
                throw Wrong($"connection {entry.Connection} was opened already; give each connection its own number");
            else if (!opened.Contains(entry.Connection))
                throw Wrong($"connection {entry.Connection} was not opened; a line with \"open\" comes first");
            if (entry is RecordingEntry.Data data)
                recording.Bytes += data.Bytes.Length;
        }

        recording.Connections = connections.ToImmutable();
        recording.CutLine = reader.IsCut ? reader.Line : null;
        return recording;

        RecordingException Wrong(string problem) => new(FormattableString.Invariant($"{path}({reader.Line}): {problem}."));
    }

    /// <summary>The entries of a connection, from the file.</summary>
    public IEnumerable<RecordingEntry> Read(RecordedConnection connection)
    {
        using var reader = RecordingReader.Open(_path, _directory);
        reader.Seek(connection.Position, connection.Line);
        while (reader.Read() is { } entry)
        {
            if (entry.Connection != connection.Number)
                continue;
            yield return entry;
            if (entry is RecordingEntry.End)
                yield break;
        }
    }
}

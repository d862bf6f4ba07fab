using System.Collections.Immutable;

namespace McpSseActors.Cli.Recording;

/// <summary>One connection of a recording.</summary>
/// <param name="Number">Its number in the file.</param>
/// <param name="Position">Where its lines begin, behind that which opens it.</param>
/// <param name="Line">The number of the line that opens it.</param>
/// <param name="At">When it was opened.</param>
internal sealed record RecordedConnection(int Number, long Position, int Line, TimeSpan At);

/// <summary>Where a client goes on.</summary>
/// <param name="Connection">The connection, from 0.</param>
/// <param name="Skip">How many of its bytes the client has.</param>
/// <param name="From">Since when it waits.</param>
internal sealed record ReplayPosition(int Connection, long Skip, TimeSpan From);

/// <summary>
/// A recording that was checked from the first line to the last. Of its bytes nothing is kept in memory: whoever plays it reads the file.
/// </summary>
internal sealed class RecordingFile
{
    private readonly string _path;
    private readonly CliEnvironment _environment;

    private RecordingFile(string path, CliEnvironment environment, RecordingHeader header)
    {
        _path = path;
        _environment = environment;
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
    /// <exception cref="CliException">It is wrong; says in which line, and what would be right.</exception>
    public static RecordingFile Load(string path, CliEnvironment environment)
    {
        using var reader = RecordingReader.Open(path, environment);
        var recording = new RecordingFile(path, environment, reader.Header);
        var connections = ImmutableArray.CreateBuilder<RecordedConnection>();
        var opened = new HashSet<int>();
        while (reader.Read() is { } entry)
        {
            recording.Duration = entry.At;
            if (entry is RecordingEntry.Open && opened.Add(entry.Connection))
                connections.Add(new RecordedConnection(entry.Connection, reader.Position, reader.Line, entry.At));
            else if (entry is RecordingEntry.Open)
                throw Wrong($"connection {entry.Connection} was opened already; give each a number of its own");
            else if (!opened.Contains(entry.Connection))
                throw Wrong($"connection {entry.Connection} was not opened; a line with \"open\" comes first");
            if (entry is RecordingEntry.Data data)
                recording.Bytes += data.Bytes.Length;
        }

        recording.Connections = connections.ToImmutable();
        recording.CutLine = reader.IsCut ? reader.Line : null;
        return recording;

        CliException Wrong(string problem) => new(ExitCodes.Usage, FormattableString.Invariant($"{path}({reader.Line}): {problem}."));
    }

    /// <summary>The entries of a connection, from the file.</summary>
    public IEnumerable<RecordingEntry> Read(RecordedConnection connection)
    {
        using var reader = RecordingReader.Open(_path, _environment);
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

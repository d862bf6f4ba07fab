using System.Runtime.InteropServices;
using System.Text;

namespace McpSseActors.TestServer.Replay;

/// <summary>
/// Follows a byte stream as far as a client's position needs it: the last event ID and the number of complete events, by the standard's
/// rules. Independent of the library's decoder, so that a server does not share the errors of its client.
/// </summary>
/// <param name="lastEventId">The ID that the client begins with.</param>
internal sealed class LastEventIdTracker(string lastEventId = "")
{
    private const int LongestLine = 16 * 1024 * 1024;

    private readonly List<byte> _line = [];
    private string? _id;
    private bool _hasData;
    private bool _atStart = true;
    private bool _endedWithReturn;

    /// <summary>Gets the ID of the last complete event.</summary>
    public string LastEventId { get; private set; } = lastEventId;

    /// <summary>Gets how many times an event or an empty block set <see cref="LastEventId"/>.</summary>
    public int Updates { get; private set; }

    /// <summary>Gets the number of complete events.</summary>
    public int Events { get; private set; }

    /// <summary>Reads the next bytes of the stream.</summary>
    public void Read(ReadOnlySpan<byte> bytes)
    {
        while (!bytes.IsEmpty)
        {
            // A carriage return and the line feed after it are one line end.
            if (_endedWithReturn && bytes[0] == '\n')
                bytes = bytes[1..];
            _endedWithReturn = false;
            var end = bytes.IndexOfAny((byte)'\r', (byte)'\n');
            var part = end < 0 ? bytes : bytes[..end];
            _line.AddRange(part[..Math.Min(part.Length, LongestLine - _line.Count)]);
            if (end < 0)
                return;
            _endedWithReturn = bytes[end] == '\r';
            ReadLine(CollectionsMarshal.AsSpan(_line));
            _line.Clear();
            bytes = bytes[(end + 1)..];
        }
    }

    private void ReadLine(ReadOnlySpan<byte> line)
    {
        if (_atStart && line.StartsWith("\uFEFF"u8))
            line = line[3..];
        _atStart = false;
        if (line.IsEmpty)
            EndBlock();
        else if (line.StartsWith("id:"u8) && !line.Contains((byte)0))
            _id = Encoding.UTF8.GetString(line is [_, _, _, (byte)' ', ..] ? line[4..] : line[3..]);
        else if (line.SequenceEqual("id"u8))
            _id = "";
        else if (line.SequenceEqual("data"u8) || line.StartsWith("data:"u8))
            _hasData = true;
    }

    private void EndBlock()
    {
        if (_id is not null)
        {
            LastEventId = _id;
            Updates++;
        }

        if (_hasData)
            Events++;
        _id = null;
        _hasData = false;
    }
}

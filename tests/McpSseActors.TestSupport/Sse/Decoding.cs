using System.Text;
using McpSseActors.Sse;

namespace McpSseActors.TestSupport.Sse;

/// <summary>Everything that can be seen of a decoder after it was fed.</summary>
internal sealed class Decoding(int maxEventSize = 1 << 20)
{
    private SseDecoder _decoder = new(maxEventSize);
    private readonly RecordingSink _sink = new();

    public StreamCursor Cursor { get; } = new();

    public List<Found> All => _sink.All;

    public IEnumerable<FoundEvent> Events => _sink.Events;

    public int Oversized => _sink.Oversized;

    public string LastEventId => RecordingSink.Text(Cursor.LastEventId);

    /// <summary>Begins a new connection, in which the stream goes on.</summary>
    public void Reconnect() => _decoder = new SseDecoder(maxEventSize);

    public Decoding Feed(string text) => Feed(Encoding.UTF8.GetBytes(text));

    public Decoding Feed(ReadOnlySpan<byte> bytes)
    {
        // A copy that is spoilt afterwards: nothing may still point into it.
        var copy = bytes.ToArray();
        var sink = _sink;
        _decoder.Read(copy, Cursor, ref sink);
        copy.AsSpan().Fill((byte)'!');
        return this;
    }

    /// <summary>Feeds in pieces of the given lengths, over and over again, until all is fed.</summary>
    public Decoding FeedInPieces(ReadOnlySpan<byte> bytes, params IReadOnlyList<int> lengths)
    {
        for (var i = 0; !bytes.IsEmpty; i++)
        {
            var length = Math.Min(lengths[i % lengths.Count], bytes.Length);
            Feed(bytes[..length]);
            bytes = bytes[length..];
        }
        return this;
    }
}

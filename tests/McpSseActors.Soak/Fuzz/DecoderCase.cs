using McpSseActors.Sse;
using McpSseActors.TestServer.Faults;
using McpSseActors.TestSupport.Sse;

namespace McpSseActors.Soak.Fuzz;

/// <summary>
/// Tries inputs, one after the other: one decoder gets the input in one piece, a new one gets it cut anywhere, and
/// for some of them the standard's own words are followed. All must agree.
/// </summary>
internal sealed class DecoderCase
{
    private const int Unlimited = 1 << 20;
    private const int OneInLiteral = 4;
    private static readonly int[] Limits = [1, 2, 7, 16, 40, 100, 1024, Unlimited, Unlimited, Unlimited];

    private readonly Dictionary<int, (StreamCursor Cursor, Transcript Transcript)> _old = Limits.Distinct().ToDictionary(limit => limit, Create);
    private readonly StreamBytes _streams = new();
    private readonly byte[] _piece = new byte[StreamBytes.Longest];

    /// <summary>The input that a seed makes.</summary>
    public byte[] Input(ulong seed) => _streams.Make(new SeededRandom(seed)).ToArray();

    /// <summary>How many inputs were held against the standard.</summary>
    public long Literal { get; private set; }

    public void Try(ulong seed)
    {
        var random = new SeededRandom(seed);
        ReadOnlySpan<byte> input = _streams.Make(random);
        var limit = random.Pick<int>(Limits);
        var (oldCursor, whole) = _old[limit];
        var old = new SseDecoder(limit);
        oldCursor.Seek(StreamPosition.Start);
        whole.Clear();
        old.Read(input, oldCursor, ref whole);
        DecoderBuffers.Check(old, oldCursor, limit);

        var (cursor, pieces) = Create(limit);
        DecodeCut(input, cursor, pieces, limit, random);
        if (!whole.Written.SequenceEqual(pieces.Written))
            throw new FuzzException($"cut in another way, the stream has other events (max_event_size {limit})");
        if (!oldCursor.LastEventId.SequenceEqual(cursor.LastEventId))
            throw new FuzzException($"cut in another way, the stream has another last event ID (max_event_size {limit})");
        if (limit == Unlimited && random.OneIn(OneInLiteral))
            CompareWithStandard(input.ToArray(), random);
    }

    private void DecodeCut(ReadOnlySpan<byte> input, StreamCursor cursor, Transcript transcript, int limit, SeededRandom random)
    {
        var decoder = new SseDecoder(limit);
        var longest = random.Pick(1, 3, 20, 70, 300, 4000);
        while (!input.IsEmpty)
        {
            // A copy that is spoilt afterwards: nothing may still point into it.
            var length = Math.Min(random.OneIn(10) ? 0 : random.Between(1, longest), input.Length);
            var piece = _piece.AsSpan(0, length);
            input[..length].CopyTo(piece);
            decoder.Read(piece, cursor, ref transcript);
            piece.Fill((byte)'!');
            DecoderBuffers.Check(decoder, cursor, limit);
            input = input[length..];
        }
    }

    private void CompareWithStandard(byte[] input, SeededRandom random)
    {
        Literal++;
        var expected = new LiteralDecoder(input);
        var found = new Decoding(Unlimited).FeedInPieces(input, random.Between(1, 100), random.Between(1, 3));
        if (!found.All.SequenceEqual(expected.All))
            throw new FuzzException("the standard has other events");
        if (found.LastEventId != expected.LastEventId)
            throw new FuzzException($"the standard has the last event ID '{expected.LastEventId}', not '{found.LastEventId}'");
        if (found.Cursor.RetryMilliseconds != expected.Retry)
            throw new FuzzException($"the standard has the reconnection time {expected.Retry}, not {found.Cursor.RetryMilliseconds}");
    }

    private static (StreamCursor Cursor, Transcript Transcript) Create(int limit) => (new StreamCursor(), new Transcript(limit));
}

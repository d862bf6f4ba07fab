using CsCheck;
using McpSseActors.TestSupport.Sse;

namespace McpSseActors.Tests.Sse;

/// <summary>Streams of everything that has ever confused a decoder, cut in any way.</summary>
public sealed class SseDecoderPropertyTests
{
    public const int Iterations = 20_000;
    public const int Large = 1 << 20;

    /// <summary>Text as decent servers write it, of which the decoder makes short work.</summary>
    private static Gen<byte[]> PlainToken { get; } = Gen.Frequency(
        (4, Texts("\n", "\n\n", "\r", "\r\n", "\r\r", "\r\n\r\n")),
        (4, Texts("data", "data:", "data: ", "data: x", "event:", "event: a", "id", "id:", "id: 1", "retry:", "retry: 7")),
        (2, Texts(":", " ", "\t", "Data:", "datax:", "retry: 99999999999999999999", "retry: 007", "retry: ٣", "iddata: ", "data : ")),
        (2, Texts("\uFEFF", "é", "…", "你好", "😀", "\u2028", "5", "-")),
        (1, Gen.Int[1, 200].Select(length => Encoding.UTF8.GetBytes(new string('x', length)))));

    private static Gen<byte[]> Token { get; } = Gen.Frequency(
        (12, PlainToken),
        (1, Texts("\0", "id: a\0b")),
        (1, Gen.OneOf<byte[]>([0xFF], [0xC3], [0xE2, 0x80], [0xF0, 0x9F, 0x98], [0x80], [0xED, 0xA0, 0x80], [0xC0, 0xAF], [0xEF], [0xEF, 0xBB], [0xF4, 0x90])));

    private static Gen<byte[]> Stream { get; } = Gen.OneOf(PlainToken.Array[0, 60], Token.Array[0, 60])
        .Select(tokens => tokens.SelectMany(token => token).ToArray());

    private static Gen<int[]> Cuts { get; } = Gen.OneOf(Gen.Int[1, 3], Gen.Int[1, 40], Gen.Int[0, 300]).Array[1, 8]
        .Where(lengths => lengths.Any(length => length > 0));

    [Fact]
    public void Should_find_what_the_standard_says_when_the_stream_is_cut_anywhere() =>
        Gen.Select(Stream, Cuts).Sample((stream, cuts) =>
        {
            var expected = new LiteralDecoder(stream);
            var decoding = new Decoding(Large).FeedInPieces(stream, cuts);

            decoding.All.ShouldBe(expected.All);
            decoding.LastEventId.ShouldBe(expected.LastEventId);
            decoding.Cursor.RetryMilliseconds.ShouldBe(expected.Retry);
        }, iter: Iterations);

    [Fact]
    public void Should_find_the_same_when_the_stream_is_cut_in_another_way_and_events_are_too_large() =>
        Gen.Select(Stream, Cuts, Cuts, Gen.Int[1, 60]).Sample((stream, cuts, otherCuts, maxEventSize) =>
        {
            var whole = new Decoding(maxEventSize).Feed(stream);
            foreach (var lengths in new[] { cuts, otherCuts, [1] })
            {
                var decoding = new Decoding(maxEventSize).FeedInPieces(stream, lengths);

                decoding.All.ShouldBe(whole.All);
                decoding.LastEventId.ShouldBe(whole.LastEventId);
                decoding.Cursor.RetryMilliseconds.ShouldBe(whole.Cursor.RetryMilliseconds);
            }
        }, iter: Iterations);

    [Fact]
    public void Should_have_another_version_when_the_last_event_id_was_another_one() =>
        Gen.Select(Stream, Cuts).Sample((stream, cuts) =>
        {
            var decoding = new Decoding(Large);
            for (var (fed, i) = (0, 0); fed < stream.Length; i++)
            {
                var (version, id, events) = (decoding.Cursor.Version, decoding.LastEventId, decoding.All.Count);
                var length = Math.Min(cuts[i % cuts.Length], stream.Length - fed);
                decoding.Feed(stream.AsSpan(fed, length));
                fed += length;
                if (decoding.Cursor.Version != version)
                    continue;
                decoding.LastEventId.ShouldBe(id);
                foreach (var found in decoding.All.Skip(events).OfType<FoundEvent>())
                    found.LastEventId.ShouldBe(id);
            }
        }, iter: Iterations);

    private static Gen<byte[]> Texts(params string[] texts) => Gen.OneOf(texts.Select(Encoding.UTF8.GetBytes).ToArray());
}

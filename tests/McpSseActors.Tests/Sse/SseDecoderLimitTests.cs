using McpSseActors.Sse;
using McpSseActors.TestSupport.Sse;

namespace McpSseActors.Tests.Sse;

public sealed class SseDecoderLimitTests
{
    public const int Mebibyte = 1 << 20;

    [Theory]
    [InlineData("data:12345678\n\n")]
    [InlineData("data: 12345678\n\n")]
    [InlineData("data: 1234\ndata: 678\n\n")]
    [InlineData("event: ab\nid: cd\ndata: 1234\n\n")]
    [InlineData("event: a long one\r\ndata: 12345678\n\n", 24)]
    public void Should_dispatch_when_the_event_has_just_the_size_allowed(string stream, int maxEventSize = 8) =>
        ShouldFind(stream, maxEventSize, events: 1, oversized: 0);

    [Theory]
    [InlineData("data:123456789\n\n")]
    [InlineData("data: 123456789\n\n")]
    [InlineData("data: 1234\ndata: 6789\n\n")]
    [InlineData("event: ab\nid: cd\ndata: 12345\n\n")]
    [InlineData("data: 12345\nevent: ab\nid: cd\n\n")]
    [InlineData("data: 123456789 and far beyond that\ndata: 123456789 again\ndata: 1\n\n")]
    [InlineData("event: 123456789\n\n")]
    [InlineData("id: 123456789\n\n")]
    [InlineData("data: 123456789 without end")]
    public void Should_skip_and_count_once_when_the_event_is_larger(string stream) =>
        ShouldFind(stream, maxEventSize: 8, events: 0, oversized: 1);

    [Theory]
    [InlineData(": 12345678901234567890\n\n")]
    [InlineData("unknown: 12345678901234567890\n\n")]
    [InlineData("retry: 12345678901234567890\n\n")]
    [InlineData("datax: 12345678901234567890\n\n")]
    public void Should_drop_the_line_in_silence_when_it_is_none_of_an_event(string stream)
    {
        ShouldFind(stream, maxEventSize: 8, events: 0, oversized: 0);
        new Decoding(8).Feed("data: a\n" + stream).All.ShouldBe([new FoundEvent("message", "a")]);
    }

    [Fact]
    public void Should_go_on_with_the_next_event_when_one_was_skipped()
    {
        var decoding = new Decoding(8).Feed("event: t\ndata: 123456789\ndata: 1\n\ndata: b\n\n");
        decoding.All.ShouldBe([new FoundOversized(), new FoundEvent("message", "b")]);
    }

    [Theory]
    [InlineData("id: 7\ndata: 123456789\n\n", "7")]
    [InlineData("data: 123456789\nid: 7\n\n", "7")]
    [InlineData("data: 123456789\nid: 7\n", "")]
    [InlineData("id: 7\nid: 123456789\n\n", "7")]
    [InlineData("id: 7\nid: 12345678901234567890\n\n", "7")]
    public void Should_commit_the_id_at_the_blank_line_when_the_event_is_skipped(string stream, string lastEventId)
    {
        foreach (var piece in new[] { 1, 3, 1000 })
            new Decoding(8).FeedInPieces(Encoding.UTF8.GetBytes(stream), piece).LastEventId.ShouldBe(lastEventId);
    }

    [Fact]
    public void Should_keep_memory_bounded_when_a_line_is_a_hundred_megabytes_long()
    {
        var decoder = new SseDecoder(Mebibyte);
        var cursor = new StreamCursor();
        var sink = new CountingSink();
        var chunk = new byte[64 * 1024];
        chunk.AsSpan().Fill((byte)'x');

        var before = GC.GetAllocatedBytesForCurrentThread();
        decoder.Read("id: 1\ndata: "u8, cursor, ref sink);
        for (var fed = 0; fed < 100 * Mebibyte; fed += chunk.Length)
            decoder.Read(chunk, cursor, ref sink);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBeLessThan(8 * Mebibyte);

        decoder.Read("\n\ndata: next\n\n"u8, cursor, ref sink);
        sink.ShouldBe(new CountingSink { Events = 1, Oversized = 1, Bytes = 4 });
        cursor.LastEventId.SequenceEqual("1"u8).ShouldBeTrue();
    }

    [Fact]
    public void Should_take_linear_time_when_a_long_line_comes_byte_by_byte()
    {
        // With quadratic work the test would not end.
        var decoder = new SseDecoder(16 * Mebibyte);
        var cursor = new StreamCursor();
        var sink = new CountingSink();
        decoder.Read("data: "u8, cursor, ref sink);
        for (var i = 0; i < 4 * Mebibyte; i++)
            decoder.Read("x"u8, cursor, ref sink);
        decoder.Read("\n\n"u8, cursor, ref sink);
        sink.ShouldBe(new CountingSink { Events = 1, Bytes = 4 * Mebibyte });
    }

    private static void ShouldFind(string stream, int maxEventSize, int events, int oversized)
    {
        foreach (var piece in new[] { 1, 2, 5, 1000 })
        {
            var decoding = new Decoding(maxEventSize).FeedInPieces(Encoding.UTF8.GetBytes(stream), piece);
            decoding.Events.Count().ShouldBe(events);
            decoding.Oversized.ShouldBe(oversized);
        }
    }
}

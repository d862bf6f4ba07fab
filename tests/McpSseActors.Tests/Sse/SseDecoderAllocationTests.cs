using McpSseActors.Sse;
using McpSseActors.TestSupport.Sse;

namespace McpSseActors.Tests.Sse;

/// <summary>They run alone, for the array pool is shared with everything else in the process.</summary>
[CollectionDefinition(nameof(SseDecoderAllocationTests), DisableParallelization = true)]
[Collection(nameof(SseDecoderAllocationTests))]
public sealed class SseDecoderAllocationTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(37)]
    [InlineData(4096)]
    public void Should_allocate_nothing_when_warmed_up(int pieceLength)
    {
        var text = new StringBuilder();
        for (var i = 0; i < 200; i++)
            text.Append($": beat\r\nid: {i}\nevent: chat.message\nretry: 10\ndata: {{\"n\":{i}}}\ndata: second …\r\n\r\n");
        var stream = Encoding.UTF8.GetBytes($"{text}data: {new string('x', 20_000)}\n\n");
        stream[stream.Length / 2] = 0xFF;
        var decoder = new SseDecoder(1 << 20);
        var cursor = new StreamCursor();
        var sink = new CountingSink();
        Feed(decoder, cursor, stream, pieceLength, ref sink);

        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var round = 0; round < 10; round++)
            Feed(decoder, cursor, stream, pieceLength, ref sink);
        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);
        sink.Events.ShouldBe(11 * 201);
    }

    private static void Feed(SseDecoder decoder, StreamCursor cursor, ReadOnlySpan<byte> stream, int pieceLength, ref CountingSink sink)
    {
        for (; stream.Length > pieceLength; stream = stream[pieceLength..])
            decoder.Read(stream[..pieceLength], cursor, ref sink);
        decoder.Read(stream, cursor, ref sink);
    }
}

using McpSseActors.Actors.Router;
using McpSseActors.Events;
using McpSseActors.Sse;

namespace McpSseActors.Tests.Actors.Router;

/// <summary>When the statistics are asked whether they have counted what was dispatched.</summary>
public sealed class UncountedBatchesSpec
{
    private const int ChunkSize = 64 * 1024;

    [Fact]
    public void Should_ask_at_the_first_batch_and_then_at_every_sixteenth_short_one()
    {
        var uncounted = new UncountedBatches(ChunkSize);
        var asked = Enumerable.Range(0, 33).Where(_ => uncounted.Add(Batch(bytes: 0)));

        asked.ShouldBe([0, 16, 32]);
    }

    [Fact]
    public void Should_ask_at_every_batch_that_is_as_long_as_a_chunk_or_longer()
    {
        var uncounted = new UncountedBatches(ChunkSize);
        uncounted.Add(Batch(bytes: 0));

        uncounted.Add(Batch(ChunkSize)).ShouldBeTrue();
        uncounted.Add(Batch(bytes: 10, chunks: 2)).ShouldBeTrue();
        uncounted.Add(Batch(bytes: 10)).ShouldBeFalse();
    }

    private static EventBatch Batch(int bytes, int chunks = 1) => new()
    {
        Epoch = 1,
        Events = EventBuffer.Of(),
        Bytes = bytes,
        Chunks = chunks,
        Comments = 0,
        LeftOut = default,
        Position = StreamPosition.Start,
    };
}

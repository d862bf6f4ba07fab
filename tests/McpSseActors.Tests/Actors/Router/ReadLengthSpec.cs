using McpSseActors.Actors.Router;

namespace McpSseActors.Tests.Actors.Router;

public sealed class ReadLengthSpec
{
    private const int EventsInChunk = 600;

    private readonly ReadLength _length = new(64 * 1024);

    [Fact]
    public void Should_stay_a_chunk_when_few_handlers_share_it()
    {
        Judge(times: 10, handlers: 63);

        _length.Chunks.ShouldBe(1);
    }

    [Fact]
    public void Should_stay_a_chunk_when_each_of_many_handlers_gets_all_events()
    {
        for (var i = 0; i < 10; i++)
            _length.Judge(EventsInChunk, handlers: 100, given: EventsInChunk * 100);

        _length.Chunks.ShouldBe(1);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(100)]
    public void Should_stay_a_chunk_when_single_events_come(int handlers)
    {
        for (var i = 0; i < 10; i++)
            _length.Judge(1, handlers, given: handlers);

        _length.Chunks.ShouldBe(1);
    }

    [Theory]
    [InlineData(1_000, 16)]
    [InlineData(200, 4)]
    [InlineData(100, 2)]
    public void Should_grow_to_a_length_and_stay_there_when_events_spread_over_many_handlers(int handlers, int chunks)
    {
        Judge(times: 10, handlers);
        _length.Chunks.ShouldBe(chunks);

        Judge(times: 10, handlers);
        _length.Chunks.ShouldBe(chunks);
    }

    [Fact]
    public void Should_stay_long_when_short_reads_come_between()
    {
        Judge(times: 10, handlers: 1_000);
        _length.Judge(30, handlers: 30, given: 30);

        _length.Chunks.ShouldBe(16);
    }

    [Fact]
    public void Should_go_back_to_a_chunk_when_few_handlers_share_one_again()
    {
        Judge(times: 10, handlers: 1_000);
        Judge(times: 4, handlers: 12);

        _length.Chunks.ShouldBe(1);
    }

    [Fact]
    public void Should_go_back_to_a_chunk_when_single_events_come()
    {
        Judge(times: 10, handlers: 1_000);
        for (var i = 0; i < 4; i++)
            _length.Judge(1, handlers: 1, given: 1);

        _length.Chunks.ShouldBe(1);
    }

    [Theory]
    [InlineData(256, 16)]
    [InlineData(256 * 1024, 4)]
    [InlineData(int.MaxValue, 1)]
    public void Should_read_a_megabyte_at_most_when_a_chunk_is_long(int chunkSize, int chunks)
    {
        var length = new ReadLength(chunkSize);

        for (var i = 0; i < 10; i++)
            length.Judge(100, handlers: 100, given: 100);

        length.Chunks.ShouldBe(chunks);
    }

    // Full reads, in which each handler has an event.
    private void Judge(int times, int handlers)
    {
        for (var i = 0; i < times; i++)
            _length.Judge(EventsInChunk * _length.Chunks, handlers, given: EventsInChunk * _length.Chunks);
    }
}

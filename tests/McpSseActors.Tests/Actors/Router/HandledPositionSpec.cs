using McpSseActors.Actors.Router;
using McpSseActors.Sse;

namespace McpSseActors.Tests.Actors.Router;

/// <summary>The position up to which everything is handled.</summary>
[Trait("Category", "Durability")]
public sealed class HandledPositionSpec
{
    private readonly HandledPosition _handled = new(pause: TimeSpan.Zero);
    private readonly BatchInFlight[] _batches = [.. Enumerable.Range(1, 4).Select(n => new BatchInFlight(new ChunkInFlight(1, 1), 10, new StreamPosition($"{n}")) { Deliveries = 1 })];

    public HandledPositionSpec()
    {
        foreach (var batch in _batches)
            _handled.Add(batch);
    }

    [Fact]
    public void Should_let_a_move_wait_for_the_next_only_while_more_is_in_flight()
    {
        var handled = new HandledPosition(pause: TimeSpan.FromMinutes(1));
        foreach (var batch in _batches)
            handled.Add(batch);

        Finish(0);
        handled.Move()!.LastEventId.ShouldBe("1");
        Finish(1);
        handled.Move().ShouldBeNull();
        handled.Ahead.ShouldBe(20);
        Finish(2, 3);
        handled.Move()!.LastEventId.ShouldBe("4");
        handled.Move().ShouldBeNull();
    }

    [Fact]
    public void Should_let_no_move_wait_for_a_batch_that_will_never_be_handled()
    {
        var handled = new HandledPosition(pause: TimeSpan.FromMinutes(1));
        foreach (var batch in _batches)
            handled.Add(batch);
        Finish(0);
        handled.Move();
        Finish(1);
        handled.Move().ShouldBeNull();

        handled.Freeze();

        handled.Move()!.LastEventId.ShouldBe("2");
    }

    [Fact]
    public void Should_wait_for_the_oldest_when_later_ones_are_handled()
    {
        Finish(1, 2);
        _handled.Move().ShouldBeNull();
        _handled.Ahead.ShouldBe(40);

        Finish(0);
        _handled.Move()!.LastEventId.ShouldBe("3");
        _handled.Ahead.ShouldBe(10);
        _handled.Move().ShouldBeNull();
    }

    [Fact]
    public void Should_stay_when_it_is_frozen()
    {
        Finish(0);
        _handled.Move()!.LastEventId.ShouldBe("1");

        _batches[2].IsLost = true;
        _handled.Freeze();
        Finish(2, 3);
        _handled.Add(new BatchInFlight(new ChunkInFlight(1, 1), 10, new StreamPosition("5")));
        _handled.Move().ShouldBeNull();

        Finish(1);
        _handled.Move()!.LastEventId.ShouldBe("2", "what came before was finished");
        _handled.Move().ShouldBeNull();
    }

    [Fact]
    public void Should_take_handlers_for_slow_until_they_finish_a_chunk_fast()
    {
        _handled.BatchLength.ShouldBe(32);

        _handled.Measure(new ChunkInFlight(1, 1) { DispatchedAt = System.Diagnostics.Stopwatch.GetTimestamp(), Dispatched = 31 });
        _handled.BatchLength.ShouldBe(32, "a few events say nothing of many");

        _handled.Measure(new ChunkInFlight(1, 1) { DispatchedAt = System.Diagnostics.Stopwatch.GetTimestamp(), Dispatched = 32 });
        _handled.BatchLength.ShouldBe(int.MaxValue);

        _handled.Measure(new ChunkInFlight(1, 1) { DispatchedAt = System.Diagnostics.Stopwatch.GetTimestamp() - System.Diagnostics.Stopwatch.Frequency });
        _handled.BatchLength.ShouldBe(32);
    }

    private void Finish(params int[] indexes)
    {
        foreach (var index in indexes)
            _batches[index].Deliveries = 0;
    }
}

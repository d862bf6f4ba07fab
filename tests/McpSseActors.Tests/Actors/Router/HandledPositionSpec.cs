using McpSseActors.Actors.Router;
using McpSseActors.Sse;

namespace McpSseActors.Tests.Actors.Router;

/// <summary>The position up to which everything is handled.</summary>
[Trait("Category", "Durability")]
public sealed class HandledPositionSpec
{
    private readonly HandledPosition _handled = new(StreamPosition.Start, pause: TimeSpan.Zero);
    private readonly BatchInFlight[] _batches = [.. Enumerable.Range(1, 4).Select(n => new BatchInFlight(new ChunkInFlight(1, 1), 10, new StreamPosition($"{n}")) { Deliveries = 1 })];

    public HandledPositionSpec()
    {
        foreach (var batch in _batches)
            _handled.Add(batch);
    }

    [Fact]
    public void Should_let_a_move_wait_for_the_next_only_while_more_is_in_flight()
    {
        var handled = new HandledPosition(StreamPosition.Start, pause: TimeSpan.FromMinutes(1));
        foreach (var batch in _batches)
            handled.Add(batch);

        Finish(0);
        handled.Move()!.Position.LastEventId.ShouldBe("1");
        Finish(1);
        handled.Move().ShouldBeNull();
        handled.Ahead.ShouldBe(20);
        Finish(2, 3);
        handled.Move()!.Position.LastEventId.ShouldBe("4");
        handled.Move().ShouldBeNull();
    }

    [Fact]
    public void Should_let_no_move_wait_for_a_batch_that_will_never_be_handled()
    {
        var handled = new HandledPosition(StreamPosition.Start, pause: TimeSpan.FromMinutes(1));
        foreach (var batch in _batches)
            handled.Add(batch);
        Finish(0);
        handled.Move();
        Finish(1);
        handled.Move().ShouldBeNull();

        handled.Freeze();

        handled.Move()!.Position.LastEventId.ShouldBe("2");
    }

    [Fact]
    public void Should_wait_for_the_oldest_when_later_ones_are_handled()
    {
        Finish(1, 2);
        _handled.Move().ShouldBeNull();
        _handled.Ahead.ShouldBe(40);

        Finish(0);
        _handled.Move()!.Position.LastEventId.ShouldBe("3");
        _handled.Ahead.ShouldBe(10);
        _handled.Move().ShouldBeNull();
    }

    [Fact]
    public void Should_stay_when_it_is_frozen()
    {
        Finish(0);
        _handled.Move()!.Position.LastEventId.ShouldBe("1");

        _batches[2].IsLost = true;
        _handled.Freeze();
        Finish(2, 3);
        _handled.Add(new BatchInFlight(new ChunkInFlight(1, 1), 10, new StreamPosition("5")));
        _handled.Move().ShouldBeNull();

        Finish(1);
        _handled.Move()!.Position.LastEventId.ShouldBe("2", "what came before was finished");
        _handled.Move().ShouldBeNull();
    }

    [Fact]
    public void Should_stay_as_long_as_a_dead_letter_is_not_kept()
    {
        _batches[1].LettersToKeep = 1;
        Finish(0, 1, 2, 3);
        _handled.Move()!.Position.LastEventId.ShouldBe("1");
        _handled.IsHeld.ShouldBeTrue();
        _handled.Ahead.ShouldBe(30);

        _batches[1].LettersToKeep = 0;

        _handled.Move()!.Position.LastEventId.ShouldBe("4");
        _handled.IsHeld.ShouldBeFalse();
    }

    [Fact]
    public void Should_join_what_is_handled_when_it_waits_long()
    {
        _batches[1].LettersToKeep = 1;
        Finish(0, 1, 2, 3);
        var later = Enumerable.Range(5, 5000).Select(number => new BatchInFlight(new ChunkInFlight(1, 1), 10, new StreamPosition($"{number}"))).ToArray();

        Array.ForEach(later, _handled.Add);

        later.Count(_handled.Follows).ShouldBeInRange(1, 1025);
        _handled.Move()!.Position.LastEventId.ShouldBe("1");
        _handled.Ahead.ShouldBe(50_030);
        _batches[1].LettersToKeep = 0;
        _handled.Move()!.Position.LastEventId.ShouldBe("5004");
        (_handled.Ahead, _handled.Handled).ShouldBe((0, 50_040));
    }

    [Fact]
    public void Should_not_take_the_batch_that_is_added_for_one_that_is_handled()
    {
        Finish(1, 2, 3);
        for (var number = 5; number <= 2000; number++)
        {
            var batch = new BatchInFlight(new ChunkInFlight(1, 1), 10, new StreamPosition($"{number}"));
            _handled.Add(batch);
            batch.Deliveries = number % 500 == 0 || number == 1025 ? 1 : 0;
        }

        Finish(0);

        _handled.Move()!.Position.LastEventId.ShouldBe("499");
    }

    [Theory]
    [InlineData("slow")]
    [InlineData("held")]
    [InlineData("frozen")]
    public void Should_tell_it_again_when_much_comes_after_a_position_that_stays(string why)
    {
        _batches[1].LettersToKeep = why is "held" ? 1 : 0;
        Finish(0, 2, 3);
        if (why is not "slow")
            Finish(1);
        _batches[1].IsLost = why is "frozen";
        if (why is "frozen")
            _handled.Freeze();
        _handled.Move()!.Position.LastEventId.ShouldBe("1");

        Add(HandledPosition.MostUntold - 1);
        _handled.Move().ShouldBeNull();
        Add(1);
        _handled.Move()!.Position.LastEventId.ShouldBe("1");
        _handled.Ahead.ShouldBe(30 + HandledPosition.MostUntold);
        _handled.Move().ShouldBeNull();
        Add(1);
        var last = _handled.Move(isEnding: true).ShouldNotBeNull();
        (last.Position.LastEventId, last.IsAgain, last.Ahead).ShouldBe(("1", true, 31 + HandledPosition.MostUntold));

        void Add(int events) => _handled.Add(new BatchInFlight(new ChunkInFlight(1, 1), events, new StreamPosition("later")));
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

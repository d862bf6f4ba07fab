using McpSseActors.Actors;
using McpSseActors.Actors.Positions;
using McpSseActors.Actors.Router;
using McpSseActors.Sse;

namespace McpSseActors.Tests.Actors.Router;

/// <summary>What a router remembers of a position, whatever happens to that.</summary>
[Trait("Category", "Durability")]
public sealed class RouterMemorySpec
{
    private static readonly StreamOptions Options = new() { Name = "s", ServerUrl = "http://127.0.0.1/old" };
    private static readonly StreamIdentity Old = StreamIdentity.Of(Options);
    private static readonly StreamIdentity Moved = StreamIdentity.Of(Options with { ServerUrl = "http://127.0.0.1/new" });

    private readonly RouterMemory _memory = new(Options, new PipelineSettings());

    [Fact]
    public void Should_know_that_a_handler_is_missing_before_and_after_the_stream_is_taken_over()
    {
        _memory.Freeze();
        _memory.ResumeAt(At("7"));
        _memory.Handled!.IsFrozen.ShouldBeTrue();

        _memory.ResumeAt(At("7"));
        _memory.Handled!.IsFrozen.ShouldBeTrue();
    }

    [Theory]
    [InlineData(1)]
    [InlineData(0)]
    public void Should_begin_anew_at_another_server_when_the_position_is_held_at_the_old_one(int letters)
    {
        _memory.ResumeAt(At("7"));
        var old = _memory.Handled!;
        old.Add(new BatchInFlight(new ChunkInFlight(1, 1), 1, new StreamPosition("8")) { Deliveries = 1 - letters, LettersToKeep = letters });

        _memory.Open(StreamPosition.Start with { Of = Moved });

        ReferenceEquals(_memory.Handled, old).ShouldBe(letters == 0, "what is in flight is still handled, and belongs to the old one");
    }

    [Fact]
    public void Should_expect_repeats_up_to_where_it_was_when_it_goes_back()
    {
        _memory.ResumeAt(At(""));
        _memory.Position = new StreamPosition("17") { Of = Old };
        _memory.Handled!.Add(new BatchInFlight(new ChunkInFlight(1, 1), 10, _memory.Position));

        _memory.GoBackTo(At("7"));

        (_memory.ExpectsRepeats, _memory.IsGoingBack, _memory.Position.LastEventId).ShouldBe((true, true, "7"));
        _memory.Reach("16"u8);
        _memory.ExpectsRepeats.ShouldBeTrue();
        _memory.Reach("17"u8);
        _memory.ExpectsRepeats.ShouldBeFalse();
    }

    [Fact]
    public void Should_not_expect_repeats_for_ever_when_the_server_has_not_kept_them()
    {
        _memory.ResumeAt(At(""));
        _memory.Position = new StreamPosition("17") { Of = Old };
        _memory.GoBackTo(At("7"));
        _memory.ExpectsRepeats.ShouldBeFalse("nothing was dispatched before");
        _memory.Position = new StreamPosition("17") { Of = Old };
        _memory.Handled!.Add(new BatchInFlight(new ChunkInFlight(1, 1), 10, _memory.Position));
        _memory.GoBackTo(At("7"));

        for (var number = 0; number < 100_010; number++)
            _memory.CountRepeat();

        _memory.ExpectsRepeats.ShouldBeFalse();
    }

    private static ResumeAt At(string id) => new(new StreamPosition(id) { Of = Old }, Repeats: 0);
}

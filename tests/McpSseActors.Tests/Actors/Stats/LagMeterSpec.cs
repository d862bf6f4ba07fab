using McpSseActors.Actors.Stats;

namespace McpSseActors.Tests.Actors.Stats;

public sealed class LagMeterSpec
{
    private readonly LagMeter _lag = new();

    [Fact]
    public void Should_say_how_old_the_oldest_event_is_when_handlers_are_behind()
    {
        _lag.At(handled: 0, dispatched: 0, Seconds(1)).ShouldBe(TimeSpan.Zero);
        _lag.Mark(before: 0, handled: 0, Seconds(2));
        _lag.Mark(before: 10, handled: 0, Seconds(5));

        _lag.At(handled: 5, dispatched: 20, Seconds(6)).ShouldBe(Seconds(4));
        _lag.At(handled: 10, dispatched: 20, Seconds(6)).ShouldBe(Seconds(1), "the first ten are handled");
        _lag.At(handled: 20, dispatched: 20, Seconds(9)).ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public void Should_count_from_the_first_of_them_when_events_come_close_together()
    {
        _lag.Mark(before: 0, handled: 0, Seconds(2));
        _lag.Mark(before: 10, handled: 0, Seconds(2.05));

        _lag.At(handled: 15, dispatched: 20, Seconds(3)).ShouldBe(Seconds(1));
    }

    private static TimeSpan Seconds(double seconds) => TimeSpan.FromSeconds(seconds);
}

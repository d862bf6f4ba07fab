using McpSseActors.Connections;

namespace McpSseActors.Tests.Connections;

public sealed class RunningClockSpec
{
    private readonly RunningClock _clock = new(TimeSpan.FromSeconds(30));

    [Theory]
    [InlineData(3, 1)]
    [InlineData(6, 1)]
    [InlineData(6.2, 0)]
    [InlineData(3600, 0)]
    public void Should_count_a_tick_unless_it_comes_so_late_that_the_process_stood_still(double after, int counted)
    {
        _clock.Begin(TimeSpan.FromSeconds(100));

        _clock.Tick(TimeSpan.FromSeconds(100 + after));

        _clock.Counted.ShouldBe(counted);
    }

    [Fact]
    public void Should_not_count_the_ticks_that_make_up_for_a_pause()
    {
        _clock.Begin(TimeSpan.FromSeconds(100));

        foreach (var now in (double[])[160, 160, 160.1, 163])
            _clock.Tick(TimeSpan.FromSeconds(now));

        _clock.Counted.ShouldBe(1, "of the time since the pause");
    }
}

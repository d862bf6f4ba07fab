using McpSseActors.Actors;

namespace McpSseActors.Tests.Actors;

public sealed class FreezeWatchSpec
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Should_count_nothing_when_the_process_runs()
    {
        using var watch = new FreezeWatch(TimeSpan.FromSeconds(2), _time);

        for (var n = 0; n < 20; n++)
        {
            _time.Advance(seconds: 0.2);
            watch.Look().ShouldBe(0);
        }
    }

    [Fact]
    public void Should_count_one_freeze_for_all_who_look_when_the_process_did_not_run()
    {
        using var watch = new FreezeWatch(TimeSpan.FromSeconds(2), _time);

        _time.Advance(seconds: 40);

        watch.Look().ShouldBe(1);
        watch.Look().ShouldBe(1);
        _time.Advance(seconds: 3);
        watch.Look().ShouldBe(2);
    }

    [Fact]
    public void Should_count_a_freeze_when_the_machine_slept()
    {
        using var watch = new FreezeWatch(TimeSpan.FromSeconds(2), _time);

        _time.Sleep(seconds: 40);

        watch.Look().ShouldBe(1);
        watch.Look().ShouldBe(1);
    }
}

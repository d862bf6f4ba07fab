using McpSseActors.Actors.Router;

namespace McpSseActors.Tests.Actors.Router;

public sealed class RestartLimitSpec
{
    [Fact]
    public void Should_allow_so_many_when_they_are_within_the_window()
    {
        var limit = new RestartLimit(2, TimeSpan.FromSeconds(10));

        new[] { 1, 2, 3, 11, 12, 13, 14 }.Select(second => limit.Allows(TimeSpan.FromSeconds(second)))
            .ShouldBe([true, true, false, false, true, true, false]);
    }

    [Fact]
    public void Should_allow_none_when_the_limit_is_zero() => new RestartLimit(0, TimeSpan.FromSeconds(1)).Allows(default).ShouldBeFalse();

    [Fact]
    public void Should_allow_every_one_when_there_is_no_limit()
    {
        var limit = new RestartLimit(-1, TimeSpan.FromSeconds(1));

        Enumerable.Range(0, 1000).ShouldAllBe(_ => limit.Allows(default));
    }
}

using McpSseActors.TestSupport.Reporting;

namespace McpSseActors.Tests.Benchmarks;

/// <summary>What the benchmarks make of several rounds.</summary>
public sealed class SpreadSpec
{
    [Theory]
    [InlineData(new[] { 3.0 }, 3, 3, 3)]
    [InlineData(new[] { 9.0, 1, 5 }, 5, 1, 9)]
    [InlineData(new[] { 4.0, 1, 2, 9 }, 3, 1, 9)]
    public void Should_give_the_median_and_the_range(double[] values, double median, double least, double most) =>
        Spread.Of(values).ShouldBe(new Spread(median, least, most));

    [Fact]
    public void Should_reckon_per_event_and_second()
    {
        var measured = new Measurement(Events: 500, TimeSpan.FromSeconds(2), Processor: TimeSpan.FromSeconds(3), Allocated: 4000);

        (measured.EventsPerSecond, measured.AllocatedPerEvent, measured.Cores).ShouldBe((250, 8, 1.5));
    }
}

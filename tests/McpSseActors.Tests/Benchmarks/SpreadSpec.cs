using McpSseActors.TestSupport.Reporting;

namespace McpSseActors.Tests.Benchmarks;

/// <summary>What the benchmarks make of several rounds.</summary>
public sealed class SpreadSpec
{
    [Theory]
    [InlineData(new[] { 3.0 }, 3, 3, 3, 3, 3)]
    [InlineData(new[] { 9.0, 1, 5 }, 5, 1, 9, 3, 7)]
    [InlineData(new[] { 4.0, 1, 2, 9 }, 3, 1, 9, 1.75, 5.25)]
    [InlineData(new[] { 5.0, 4, 3, 2, 1 }, 3, 1, 5, 2, 4)]
    public void Should_give_the_median_the_range_and_the_quartiles(
        double[] values, double median, double least, double most, double lowerQuartile, double upperQuartile) =>
        Spread.Of(values).ShouldBe(new Spread(median, least, most, lowerQuartile, upperQuartile));

    [Fact]
    public void Should_reckon_per_event_and_second()
    {
        var measured = new Measurement(Events: 500, TimeSpan.FromSeconds(2), Processor: TimeSpan.FromSeconds(3), Allocated: 4000);

        (measured.EventsPerSecond, measured.AllocatedPerEvent, measured.Cores).ShouldBe((250, 8, 1.5));
    }
}

using McpSseActors.Cli.Output;
using McpSseActors.Cli.Watch.Model;
using McpSseActors.Cli.Watch.View;

namespace McpSseActors.Tests.Cli.Watch;

/// <summary>What is made of counters that are read now and then.</summary>
public sealed class RatesSpec
{
    private readonly ManualTime _time = new();

    [Fact]
    public void Should_have_a_rate_for_each_second_when_the_counter_is_read_more_often()
    {
        var rates = new RateHistory(_time);
        foreach (var total in new long[] { 100, 105, 110, 110, 110, 140, 150 })
        {
            rates.Add(total);
            _time.Advance(0.5);
        }

        rates.Rates.ShouldBe([10.0, 0.0, 40.0]);
        rates.Peak.ShouldBe(40);
    }

    [Fact]
    public void Should_spread_the_mean_when_nobody_looked_for_a_while()
    {
        var rates = new RateHistory(_time);
        rates.Add(0);
        _time.Advance(4);
        rates.Add(20);

        rates.Rates.ShouldBe([5.0, 5.0, 5.0, 5.0]);
    }

    [Fact]
    public void Should_begin_anew_when_the_counter_does()
    {
        var rates = new RateHistory(_time);
        rates.Add(1000);
        _time.Advance(1);
        rates.Add(3);
        _time.Advance(1);
        rates.Add(5);

        rates.Rates.ShouldBe([2.0]);
    }

    [Fact]
    public void Should_keep_a_few_minutes_when_the_view_stays_open()
    {
        var rates = new RateHistory(_time);
        for (var second = 0; second < 10_000; second++)
        {
            rates.Add(second);
            _time.Advance(1);
        }

        rates.Rates.Count.ShouldBe(RateHistory.Seconds);
    }

    [Theory]
    [InlineData(new double[0], 4, "    ")]
    [InlineData(new double[] { 0, 0 }, 4, "  ▁▁")]
    [InlineData(new double[] { 0, 0.01, 50, 100 }, 4, "▁▂▅█")]
    [InlineData(new double[] { 1, 2, 3, 100 }, 2, "▂█")]
    [InlineData(new double[] { 1 }, 0, "")]
    public void Should_show_the_newest_rates_at_the_right_when_it_draws_a_sparkline(double[] rates, int cells, string line) =>
        Bars.Sparkline(rates, cells).ShouldBe(line);

    [Theory]
    [InlineData(0, 10, "")]
    [InlineData(10, 10, "████")]
    [InlineData(5, 10, "██")]
    [InlineData(1, 32, "▏")]
    [InlineData(1, 0, "")]
    public void Should_be_as_long_as_its_share_when_it_draws_a_bar(long value, long most, string bar) => Bars.Bar(value, most, 4).ShouldBe(bar);

    [Theory]
    [InlineData(-5, "0:00", "0.0 s")]
    [InlineData(7.4, "0:07", "7.4 s")]
    [InlineData(75, "1:15", "1:15")]
    [InlineData(3723, "1:02:03", "1:02:03")]
    [InlineData(273_600, "3 d 04 h", "3 d 04 h")]
    public void Should_be_short_when_it_tells_a_time(double seconds, string span, string countdown)
    {
        Words.Span(TimeSpan.FromSeconds(seconds)).ShouldBe(span);
        Words.Countdown(TimeSpan.FromSeconds(seconds)).ShouldBe(countdown);
    }
}

using McpSseActors.Dashboard.Live;

namespace McpSseActors.Tests.Dashboard;

/// <summary>What one second after the other has brought, from counters.</summary>
public sealed class StreamSeriesSpec
{
    private static readonly DateTimeOffset Begin = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
    private readonly StreamSeries _series = new();

    [Fact]
    public void Should_have_a_value_for_each_second_when_the_counters_go_up()
    {
        Add(0, 100, ("a", 60), ("b", 40));
        Add(1, 110, ("a", 65), ("b", 45));
        Add(2, 110, ("a", 65), ("b", 45));
        Add(3, 140, ("a", 65), ("b", 45), ("c", 30));

        var view = _series.View();

        view.End.ShouldBe(Begin.AddSeconds(3));
        view.Rates.Length.ShouldBe(StreamSeries.Seconds);
        view.Rates[^5..].ShouldBe([null, null, 10, 0, 30]);
        view.ByType["a"][^3..].ShouldBe([5, 0, 0]);
        view.ByType["c"][^3..].ShouldBe([null, null, 30]);
        _series.Newest!.Rate.ShouldBe(30);
    }

    [Fact]
    public void Should_know_nothing_of_seconds_that_were_missed()
    {
        Add(0, 0);
        Add(1, 10);
        Add(4, 40);

        _series.View().Rates[^4..].ShouldBe([10, null, null, 10]);
    }

    [Fact]
    public void Should_begin_anew_when_the_stream_was_added_again()
    {
        Add(0, 1000);
        Add(1, 5);
        Add(2, 8);

        _series.View().Rates[^3..].ShouldBe([null, null, 3]);
    }

    [Fact]
    public void Should_put_types_together_when_there_are_many()
    {
        Add(0, 0);
        Add(1, 20, [.. Enumerable.Range(0, 20).Select(type => ($"t{type:00}", 1L))]);

        _series.View().ByType.Keys.ShouldBe([.. Enumerable.Range(0, 10).Select(type => $"t{type:00}"), "(other)"], ignoreOrder: true);
        _series.Newest!.ByType["(other)"].ShouldBe(10);
    }

    [Fact]
    public void Should_mean_five_seconds_when_it_is_a_spark()
    {
        for (var second = 0; second <= 10; second++)
            Add(second, second * 100);
        var spark = _series.Spark;
        Add(11, 5000);

        spark.Length.ShouldBe(60);
        spark[^2..].ShouldBe([100, 100]);
        (_series.Spark == spark).ShouldBeTrue("it changes every five seconds");
    }

    [Fact]
    public void Should_count_what_was_lost_in_a_minute_but_no_repeats()
    {
        Add(0, 0);
        var dropped = ImmutableSortedDictionary<string, long>.Empty.Add(DropReasons.Overflow, 2);
        _series.Add(Stats(10) with { Dropped = dropped.Add(DropReasons.Duplicate, 5) }, 1, 1, Begin);
        _series.DropsPerMinute.ShouldBe(2);

        for (var second = 2; second < 70; second++)
            _series.Add(Stats(10) with { Dropped = dropped }, second, 1, Begin);
        _series.DropsPerMinute.ShouldBe(0);
    }

    private void Add(int second, long total, params (string Type, long Count)[] types)
    {
        var before = _series.View().End;
        var elapsed = before == default ? 1 : (Begin.AddSeconds(second) - before).TotalSeconds;
        _series.Add(Stats(total, types), second, elapsed, Begin.AddSeconds(second));
    }

    private static StreamStats Stats(long total, params (string Type, long Count)[] types) => new()
    {
        Stream = "s",
        TotalEventsReceived = total,
        EventsByType = types.ToImmutableSortedDictionary(each => each.Type, each => each.Count, StringComparer.Ordinal),
    };
}

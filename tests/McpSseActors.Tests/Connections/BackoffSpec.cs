using CsCheck;
using McpSseActors.Connections;

namespace McpSseActors.Tests.Connections;

public sealed class BackoffSpec
{
    private static readonly StreamOptions Exact = new() { Jitter = 0 };

    [Fact]
    public void Should_double_up_to_the_maximum_when_failures_follow_each_other()
    {
        var delays = Enumerable.Range(1, 9).Select(n => Backoff.Delay(Exact, n, null, null, 1).TotalSeconds);

        delays.ShouldBe([1, 2, 4, 8, 16, 32, 60, 60, 60]);
    }

    [Theory]
    [InlineData(0.0, 8.0)]
    [InlineData(1.0, 4.0)]
    [InlineData(0.5, 6.0)]
    public void Should_take_off_up_to_half_when_the_jitter_is_a_half(double random, double seconds) =>
        Backoff.Delay(new StreamOptions(), 4, null, null, random).TotalSeconds.ShouldBe(seconds, 1e-6);

    [Fact]
    public void Should_grow_from_the_servers_reconnection_time_when_it_gave_one()
    {
        var retry = TimeSpan.FromSeconds(3);

        Backoff.Delay(Exact, 1, retry, null, 1).ShouldBe(retry);
        Backoff.Delay(Exact, 3, retry, null, 1).ShouldBe(TimeSpan.FromSeconds(12));
    }

    [Fact]
    public void Should_bound_the_servers_reconnection_time_when_it_is_longer_than_the_maximum() =>
        Backoff.Delay(Exact, 1, TimeSpan.FromDays(1), null, 1).ShouldBe(Exact.MaxReconnectDelay);

    [Fact]
    public void Should_wait_as_long_as_retry_after_says_when_that_is_longer() =>
        Backoff.Delay(Exact, 1, null, TimeSpan.FromSeconds(120), 1).ShouldBe(TimeSpan.FromSeconds(120));

    [Theory]
    [InlineData(1.0, 120.0)]
    [InlineData(0.0, 150.0)]
    public void Should_spread_behind_the_time_that_retry_after_names_when_there_is_jitter(double random, double seconds) =>
        Backoff.Delay(new StreamOptions(), 1, null, TimeSpan.FromSeconds(120), random).TotalSeconds.ShouldBe(seconds, 1e-6);

    [Theory]
    [InlineData(1.0, 3.0)]
    [InlineData(0.0, 4.5)]
    public void Should_spread_behind_the_servers_reconnection_time_when_there_is_jitter(double random, double seconds) =>
        Backoff.Delay(new StreamOptions(), 1, TimeSpan.FromSeconds(3), null, random).TotalSeconds.ShouldBe(seconds, 1e-6);

    [Fact]
    public void Should_bound_retry_after_when_it_would_park_the_stream() =>
        Backoff.Delay(Exact, 1, null, TimeSpan.FromDays(365), 1).ShouldBe(StreamOptions.LongestRetryAfter);

    [Fact]
    public void Should_stay_within_its_bounds_when_anything_is_asked() => Gen.Select(
        Gen.Int[1, 100_000], Gen.Double[0, 1], Gen.Double[0, 1], Gen.Int[0, 200_000].Nullable()).Sample((attempt, random, jitter, retry) =>
    {
        var options = new StreamOptions { Jitter = jitter };
        var serverRetry = retry is { } ms ? TimeSpan.FromMilliseconds(ms) : (TimeSpan?)null;
        var delay = Backoff.Delay(options, attempt, serverRetry, null, random);
        var floor = serverRetry < options.MaxReconnectDelay ? serverRetry.Value : serverRetry is null ? TimeSpan.Zero : options.MaxReconnectDelay;
        return delay >= floor && delay <= options.MaxReconnectDelay;
    });
}

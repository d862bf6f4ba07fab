using McpSseActors.Connections;

namespace McpSseActors.Tests.Connections;

public sealed class ReconnectLimiterSpec
{
    private static readonly Uri Server = new("https://example.com/events");

    private readonly ReconnectLimiter _pace = new(100);

    [Theory]
    [InlineData(null, null)]
    [InlineData(3, null)]
    [InlineData(60, null)]
    [InlineData(null, 120)]
    public void Should_spread_a_thousand_streams_when_they_lose_one_server_at_once(int? retry, int? retryAfter)
    {
        var random = new Random(1);
        var now = TimeSpan.FromSeconds(1000.7);
        var times = Enumerable.Range(0, 1000).Select(stream =>
        {
            var alone = Backoff.Delay(new StreamOptions(), 1, Seconds(retry), Seconds(retryAfter), random.NextDouble());
            var delay = _pace.Reserve(Server, $"s{stream}", now, alone);
            delay.ShouldBeGreaterThanOrEqualTo(alone);
            return now + delay;
        }).ToArray();

        times.GroupBy(t => (long)t.TotalSeconds).Max(second => second.Count()).ShouldBeLessThanOrEqualTo(100);
        times.Max().ShouldBeLessThan(now + TimeSpan.FromSeconds(200), "nobody waits longer than it takes");
    }

    [Fact]
    public void Should_hold_nobody_up_when_there_is_room()
    {
        var delay = TimeSpan.FromSeconds(0.5);
        for (var stream = 0; stream < 100; stream++)
            _pace.Reserve(Server, $"s{stream}", TimeSpan.Zero, delay).ShouldBe(delay);

        _pace.Reserve(new Uri("https://example.com:444/events"), "other", TimeSpan.Zero, delay).ShouldBe(delay, "it is another server");
        _pace.Reserve(Server, "s7", TimeSpan.Zero, delay).ShouldBe(delay, "it is one of them");
        _pace.Reserve(Server, "late", TimeSpan.Zero, delay).ShouldBe(delay + TimeSpan.FromSeconds(1));
        _pace.Reserve(Server, "later", TimeSpan.FromSeconds(1), delay).ShouldBe(delay);
    }

    private static TimeSpan? Seconds(int? seconds) => seconds is { } given ? TimeSpan.FromSeconds(given) : null;
}

using McpSseActors.Cli.Output;

namespace McpSseActors.Tests.Cli.Output;

public sealed class TimesSpec
{
    private static readonly FixedTime Time = new();

    [Theory]
    [InlineData("500ms", 0.5)]
    [InlineData("30s", 30)]
    [InlineData("1.5m", 90)]
    [InlineData("2h", 7200)]
    [InlineData("1d", 86_400)]
    [InlineData("12", 12)]
    public void Should_read_a_span_when_it_has_a_unit(string text, double seconds)
    {
        TimeSpans.TryParse(text, out var span).ShouldBeTrue();
        span.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData("")]
    [InlineData("s")]
    [InlineData("-1s")]
    [InlineData("0s")]
    [InlineData("1e99d")]
    [InlineData("1y")]
    [InlineData("5 m")]
    [InlineData("NaN")]
    public void Should_refuse_a_span_when_it_is_none(string text) => TimeSpans.TryParse(text, out _).ShouldBeFalse();

    [Theory]
    [InlineData("10:15", "2026-02-03T10:15:00+02:00")]
    [InlineData("9:05:30", "2026-02-03T09:05:30+02:00")]
    [InlineData("5m", "2026-02-03T11:55:00+02:00")]
    [InlineData("2026-01-01", "2026-01-01T00:00:00+02:00")]
    [InlineData("2026-01-01 10:15", "2026-01-01T10:15:00+02:00")]
    [InlineData("2026-01-01T10:15:00Z", "2026-01-01T10:15:00Z")]
    [InlineData("2026-01-01T10:15:00-05:00", "2026-01-01T10:15:00-05:00")]
    public void Should_read_a_time_when_it_has_one_of_the_forms(string text, string meant)
    {
        EventTime.TryParse(text, Time, out var since).ShouldBeTrue();
        since.ShouldBe(DateTimeOffset.Parse(meant, null));
    }

    [Theory]
    [InlineData("")]
    [InlineData("25:00")]
    [InlineData("soon")]
    [InlineData("2026-13-01")]
    public void Should_refuse_a_time_when_it_is_none(string text) => EventTime.TryParse(text, Time, out _).ShouldBeFalse();

    private sealed class FixedTime : TimeProvider
    {
        public override TimeZoneInfo LocalTimeZone { get; } = TimeZoneInfo.CreateCustomTimeZone("test", TimeSpan.FromHours(2), null, null);

        public override DateTimeOffset GetUtcNow() => new(2026, 2, 3, 10, 0, 0, TimeSpan.Zero);
    }
}

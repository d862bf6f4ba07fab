using McpSseActors.TestServer.Web;

namespace McpSseActors.Tests.Cli;

public sealed class InterruptSpec
{
    [Fact]
    public void Should_end_politely_when_one_wish_comes_as_two_signals()
    {
        var time = new Clock();
        using var interrupt = new Interrupt(time);
        interrupt.Token.IsCancellationRequested.ShouldBeFalse();

        interrupt.Take().ShouldBeTrue();
        interrupt.Token.IsCancellationRequested.ShouldBeTrue();
        interrupt.Take().ShouldBeTrue();

        time.Now += TimeSpan.FromSeconds(1);
        interrupt.Take().ShouldBeFalse();
    }

    private sealed class Clock : TimeProvider
    {
        public TimeSpan Now { get; set; }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => Now.Ticks;
    }
}

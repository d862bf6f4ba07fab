using System.Globalization;
using McpSseActors.Connections;

namespace McpSseActors.Tests.Connections;

/// <summary>The table of outcomes and what follows, without a socket.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class RetryPolicySpec
{
    private static readonly StreamOptions Exact = new() { Jitter = 0 };
    private static readonly StreamOptions WithSource = Exact with { Credentials = (_, _) => ValueTask.FromResult<string?>("token") };

    [Theory]
    [InlineData(408)]
    [InlineData(425)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(599)]
    public void Should_retry_when_the_status_is_a_passing_one(int status) =>
        After(new AttemptOutcome.Rejected(status, new RetryAfter(TimeSpan.FromSeconds(7)))).ShouldBeOfType<NextStep.ConnectLater>().Delay.ShouldBe(TimeSpan.FromSeconds(7));

    [Fact]
    public void Should_wait_the_whole_delay_when_Retry_After_makes_no_sense()
    {
        var options = new StreamOptions { InitialReconnectDelay = TimeSpan.FromSeconds(8), Jitter = 0.5 };

        Delay(null).ShouldBe(TimeSpan.FromSeconds(4));
        Delay(new RetryAfter(null)).ShouldBe(TimeSpan.FromSeconds(8));

        TimeSpan Delay(RetryAfter? retryAfter) => RetryPolicy.Decide(new AttemptOutcome.Rejected(503, retryAfter), options, default, random: 1)
            .ShouldBeOfType<NextStep.ConnectLater>().Delay;
    }

    [Theory]
    [InlineData(400)]
    [InlineData(413)]
    [InlineData(414)]
    [InlineData(431)]
    [InlineData(494)]
    public void Should_go_on_without_the_last_event_id_when_it_may_be_too_long(int status)
    {
        var step = After(new AttemptOutcome.Rejected(status), Exact, new AttemptHistory(LastEventIdBytes: 4096)).ShouldBeOfType<NextStep.ConnectNow>();
        step.ForgetsPosition.ShouldBeTrue();
        step.Reason.ShouldContain("the last event ID of 4096 bytes may be too long for the server");

        After(new AttemptOutcome.Rejected(status), Exact, new AttemptHistory(LastEventIdBytes: 4095)).ShouldBeOfType<NextStep.Rest>();
    }

    [Theory]
    [InlineData(201)]
    [InlineData(205)]
    [InlineData(299)]
    [InlineData(304)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(407)]
    [InlineData(410)]
    [InlineData(418)]
    [InlineData(431)]
    [InlineData(494)]
    public void Should_fail_when_the_status_is_final(int status)
    {
        var rest = After(new AttemptOutcome.Rejected(status)).ShouldBeOfType<NextStep.Rest>();
        rest.State.ShouldBe(ConnectionState.Failed);
        rest.Reason.ShouldContain(status.ToString(CultureInfo.InvariantCulture));
    }

    [Fact]
    public void Should_stop_when_the_server_answers_204() =>
        After(new AttemptOutcome.Rejected(204)).ShouldBeOfType<NextStep.Rest>().State.ShouldBe(ConnectionState.Stopped);

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public void Should_ask_for_a_fresh_token_once_when_there_is_a_source(int status)
    {
        After(new AttemptOutcome.Rejected(status), WithSource).ShouldBeOfType<NextStep.ConnectNow>().IsReauthentication.ShouldBeTrue();
        After(new AttemptOutcome.Rejected(status), WithSource, new AttemptHistory(HasReauthenticated: true)).ShouldBeOfType<NextStep.Rest>();
    }

    [Fact]
    public void Should_retry_when_a_final_status_is_listed_as_retryable() =>
        After(new AttemptOutcome.Rejected(404), Exact with { RetryableStatus = [404] }).ShouldBeOfType<NextStep.ConnectLater>();

    [Fact]
    public void Should_retry_when_the_stream_ends_or_breaks()
    {
        After(new AttemptOutcome.Ended()).ShouldBeOfType<NextStep.ConnectLater>();
        After(new AttemptOutcome.Lost("reset")).ShouldBeOfType<NextStep.ConnectLater>().Reason.ShouldBe("reset");
    }

    [Fact]
    public void Should_connect_at_once_when_it_was_dropped_on_purpose() =>
        After(new AttemptOutcome.Abandoned("restarted")).ShouldBe(new NextStep.ConnectNow("restarted"));

    [Fact]
    public void Should_rest_when_reconnects_are_off_or_used_up()
    {
        After(new AttemptOutcome.Ended(), Exact with { EnableReconnect = false })
            .ShouldBeOfType<NextStep.Rest>().State.ShouldBe(ConnectionState.Stopped);
        After(new AttemptOutcome.Ended(), Exact with { MaxReconnectAttempts = 3 }, new AttemptHistory(Failures: 3))
            .ShouldBeOfType<NextStep.Rest>().State.ShouldBe(ConnectionState.Failed);
    }

    private static NextStep After(AttemptOutcome outcome, StreamOptions? options = null, AttemptHistory history = default) =>
        RetryPolicy.Decide(outcome, options ?? Exact, history, random: 0.5);
}

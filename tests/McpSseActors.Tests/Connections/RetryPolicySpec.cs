using McpSseActors.Configuration;
using McpSseActors.Connections;
using Shouldly;
using Xunit;

namespace McpSseActors.Tests.Connections;

public sealed class RetryPolicySpec
{
    [Theory]
    [InlineData(408)]
    [InlineData(425)]
    [InlineData(429)]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(599)]
    public void Should_retry_when_the_status_is_a_passing_one(int status) =>
        Decide(new AttemptOutcome.Rejected(status, TimeSpan.FromSeconds(7))).ShouldBeOfType<RetryDecision.Retry>().RetryAfter.ShouldBe(TimeSpan.FromSeconds(7));

    [Theory]
    [InlineData(201)]
    [InlineData(205)]
    [InlineData(299)]
    [InlineData(304)]
    [InlineData(400)]
    [InlineData(401)]
    [InlineData(403)]
    [InlineData(404)]
    [InlineData(410)]
    [InlineData(418)]
    public void Should_fail_when_the_status_is_final(int status) =>
        Decide(new AttemptOutcome.Rejected(status)).ShouldBeOfType<RetryDecision.Fail>().Reason.ShouldContain(status.ToString(System.Globalization.CultureInfo.InvariantCulture));

    [Fact]
    public void Should_stop_when_the_server_answers_204() =>
        Decide(new AttemptOutcome.Rejected(204)).ShouldBeOfType<RetryDecision.Stop>();

    [Theory]
    [InlineData(401)]
    [InlineData(403)]
    public void Should_ask_for_a_fresh_token_when_one_can_be_had(int status) =>
        RetryPolicy.Decide(new AttemptOutcome.Rejected(status), new StreamOptions(), canReauthenticate: true).ShouldBeOfType<RetryDecision.Reauthenticate>();

    [Fact]
    public void Should_retry_when_a_final_status_is_listed_as_retryable() =>
        RetryPolicy.Decide(new AttemptOutcome.Rejected(404), new StreamOptions { RetryableStatus = [404] }, false).ShouldBeOfType<RetryDecision.Retry>();

    [Fact]
    public void Should_retry_when_the_stream_ends_or_breaks()
    {
        Decide(new AttemptOutcome.Ended()).ShouldBeOfType<RetryDecision.Retry>();
        Decide(new AttemptOutcome.Lost("reset")).ShouldBeOfType<RetryDecision.Retry>().Reason.ShouldBe("reset");
    }

    private static RetryDecision Decide(AttemptOutcome outcome) => RetryPolicy.Decide(outcome, new StreamOptions(), canReauthenticate: false);
}

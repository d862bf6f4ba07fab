using McpSseActors.Configuration;

namespace McpSseActors.Tests.Configuration;

public sealed class OptionsValidationTests
{
    private const string Secret = "s3cr3t-value";

    [Fact]
    public void Should_find_nothing_when_options_have_their_defaults() => OptionsValidation.Check(new StreamOptions()).ShouldBeEmpty();

    [Fact]
    public void Should_check_by_the_rules_of_files_when_options_are_built_in_code()
    {
        var faults = OptionsValidation.Check(new StreamOptions
        {
            Enabled = true,
            ReadTimeout = Timeout.InfiniteTimeSpan,
            InitialReconnectDelay = TimeSpan.FromMinutes(2),
            Jitter = double.NaN,
            Transport = null!,
            RetryableStatus = [200],
            SubscribedEvents = default,
            CustomHeaders = ImmutableDictionary<string, string>.Empty.Add("X-A", Secret + "\n"),
        });

        faults.Select(fault => (fault.Source, fault.Key)).ShouldBe(
        [
            ("code", "read_timeout"), ("code", "custom_headers"), ("code", "transport"), ("code", "jitter"), ("code", "retryable_status"),
            ("code", "server_url"), ("code", "max_reconnect_delay"),
        ]);
        string.Join('\n', faults).ShouldNotContain(Secret);
    }

    [Fact]
    public void Should_refuse_two_streams_when_they_share_a_name()
    {
        var stream = new StreamOptions { ServerUrl = "https://example.com/a" };

        OptionsValidation.Check([stream, stream with { ServerUrl = "https://example.com/b" }]).ShouldHaveSingleItem().ToString()
            .ShouldBe("code: example.com.name: another stream has the name 'example.com'; give each stream a unique Name");
    }

    [Theory]
    [InlineData("https://example.com/events?token=s3cr3t-value", "https://example.com/events?***")]
    [InlineData("https://me:s3cr3t-value@example.com/events#s3cr3t-value", "https://example.com/events")]
    [InlineData("example.com/events?token=s3cr3t-value", "***")]
    [InlineData("me:s3cr3t-value@example.com", "***")]
    public void Should_hide_every_secret_when_options_are_shown(string url, string shown)
    {
        var text = new StreamOptions
        {
            ServerUrl = url,
            AuthKey = Secret,
            HttpBody = Secret,
            InitialLastEventId = Secret,
            CustomHeaders = ImmutableDictionary<string, string>.Empty.Add("X-Key", Secret),
        }.ToString();

        text.ShouldNotContain(Secret);
        text.ShouldContain($"ServerUrl = {shown},");
        text.ShouldContain("AuthKey = ***");
    }
}

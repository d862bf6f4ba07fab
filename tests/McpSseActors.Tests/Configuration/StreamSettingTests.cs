namespace McpSseActors.Tests.Configuration;

public sealed class StreamSettingTests
{
    private static readonly StreamOptions Options = new()
    {
        ServerUrl = "https://example.com/events?token=t0p-secret",
        AuthKey = "t0p-secret",
        ReadTimeout = TimeSpan.FromSeconds(7),
    };

    [Fact]
    public void Should_have_the_value_of_the_stream_and_the_default_when_a_setting_is_read()
    {
        var setting = Options.GetSettings().Single(setting => setting.Key == "read_timeout");

        (setting.Value, setting.RedactedValue, setting.Default, setting.ToString()).ShouldBe(("7", "7", "60", "read_timeout = 7"));
    }

    [Fact]
    public void Should_hide_secrets_when_settings_are_shown()
    {
        string.Join('\n', Options.GetSettings()).ShouldNotContain("t0p-secret");
        new SecretRedactor(Options).Redact("the server said: t0p-secret").ShouldBe("the server said: ***");
        SecretRedactor.RedactUrl(Options.ServerUrl).ShouldBe("https://example.com/events?***");
    }

    [Fact]
    public void Should_run_under_its_host_when_a_stream_has_no_name()
    {
        Options.EffectiveName.ShouldBe("example.com");
        (Options with { Name = "chat" }).EffectiveName.ShouldBe("chat");
    }

    [Fact]
    public void Should_name_the_key_and_the_remedy_when_options_are_faulty()
    {
        Options.Validate().ShouldBeEmpty();
        var fault = (Options with { ServerUrl = "nowhere" }).Validate().ShouldHaveSingleItem();
        (fault.Key, fault.Remedy).ShouldBe(("server_url", "write it in full, as https://example.com/events"));
    }
}

namespace McpSseActors.Tests.Events;

public sealed class McpEventSpec
{
    [Fact]
    public void Should_give_the_json_when_the_data_is_json() =>
        Make("""{"a":1}""").Data.GetProperty("a").GetInt32().ShouldBe(1);

    [Theory]
    [InlineData("hello")]
    [InlineData("")]
    [InlineData("{broken")]
    [InlineData("{\"a\":1} tail")]
    [InlineData("{\"a\":\"\\ud83d\"}")]
    [InlineData("{\"a\\uDC00\":1}")]
    public void Should_wrap_the_text_when_the_data_is_no_json(string text)
    {
        var received = Make(text);

        received.Data.GetProperty("message").GetString().ShouldBe(text);
        received.Text.ShouldBe(text);
    }

    [Fact]
    public void Should_wrap_the_text_when_the_json_is_too_deep_to_be_read()
    {
        var text = new string('[', 100_000) + new string(']', 100_000);

        Make(text).Data.GetProperty("message").GetString().ShouldBe(text);
    }

    [Fact]
    public void Should_not_tell_the_data_when_it_is_printed() => Make("private").ToString().ShouldNotContain("private");

    private static McpEvent Make(string text) => new("s", "message", Encoding.UTF8.GetBytes(text), DateTimeOffset.UnixEpoch);
}

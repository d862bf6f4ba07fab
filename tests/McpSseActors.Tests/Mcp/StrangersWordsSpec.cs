using McpSseActors.Mcp;

namespace McpSseActors.Tests.Mcp;

public sealed class StrangersWordsSpec
{
    [Fact]
    public void Should_be_one_short_printable_line_when_the_server_says_why_it_refuses()
    {
        var error = RpcException.From(JsonSerializer.SerializeToUtf8Bytes(new { code = -1, message = "\u001b[2J\n" + new string('x', 10_000) }), new SecretRedactor(new StreamOptions()));

        error.Message.ShouldStartWith("error -1: \uFFFD[2J\uFFFDxxx");
        error.Message.Length.ShouldBeLessThan(500);
    }

    [Fact]
    public void Should_be_one_short_printable_line_when_the_server_says_its_name() =>
        McpProtocol.Name(JsonSerializer.SerializeToElement(new { name = "evil\r\n", version = "\u0007" }), new SecretRedactor(new StreamOptions())).ShouldBe("evil\uFFFD\uFFFD \uFFFD");
}

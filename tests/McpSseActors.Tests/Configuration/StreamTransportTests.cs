namespace McpSseActors.Tests.Configuration;

public sealed class StreamTransportTests
{
    [Fact]
    public void Should_find_itself_when_its_name_is_read()
    {
        foreach (var transport in StreamTransport.All)
        {
            StreamTransport.Parse($"{transport}").ShouldBeSameAs(transport);
            JsonSerializer.Deserialize<StreamTransport>(JsonSerializer.Serialize(transport)).ShouldBeSameAs(transport);
        }

        JsonSerializer.Serialize(StreamTransport.StreamableHttp).ShouldBe("\"streamable-http\"");
    }

    [Theory]
    [InlineData("SSE")]
    [InlineData("")]
    [InlineData(null)]
    public void Should_refuse_a_name_when_no_transport_has_it(string? name)
    {
        StreamTransport.TryParse(name, out var transport).ShouldBeFalse();

        transport.ShouldBeNull();
        if (name is not null)
            Should.Throw<FormatException>(() => StreamTransport.Parse(name)).Message
                .ShouldBe($"'{name}' is not a transport; use one of sse, http-sse, streamable-http, subscriptions, events, auto");
    }
}

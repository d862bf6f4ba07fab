using Akka.Event;
using McpSseActors.Actors.Connection;
using McpSseActors.Actors.Positions;
using McpSseActors.Sse;

namespace McpSseActors.Tests.Actors.Connection;

/// <summary>Where a connection resumes after its options have changed.</summary>
[Trait("Category", "Durability")]
public sealed class ConnectionMemorySpec
{
    [Theory]
    [InlineData("https://example.com/events", "sse", "https://example.com/events?token=2", "sse", "7")]
    [InlineData("https://example.com/events", "sse", "https://example.com/other", "sse", "first")]
    [InlineData("https://example.com/events", "sse", "https://example.org/events", "sse", "first")]
    [InlineData("https://example.com/events", "sse", "https://example.com/events", "streamable-http", "first")]
    [InlineData("https://example.com/events", "http-sse", "https://example.com/events", "streamable-http", "first")]
    [InlineData("https://example.com/events", "auto", "https://example.com/events", "streamable-http", "7")]
    [InlineData("https://example.com/events", "streamable-http", "https://example.com/events", "auto", "7")]
    public void Should_begin_anew_only_when_a_stored_position_is_one_of_another_source(
        string url, string transport, string nextUrl, string nextTransport, string resumedAfter)
    {
        var (before, after) = (Options(url, transport), Options(nextUrl, nextTransport));
        var memory = Memory(new StreamPosition("7") { Of = StreamIdentity.Of(before) });

        memory.ApplyUrl(after, NoLogger.Instance);

        memory.Position.ShouldBe(new StreamPosition(resumedAfter) { Of = StreamIdentity.Of(after) });
        memory.Url.ShouldBe(new Uri(nextUrl));
    }

    [Fact]
    public void Should_resume_at_the_new_address_when_positions_are_not_stored()
    {
        var memory = Memory(new StreamPosition("7"));

        memory.ApplyUrl(Options("https://example.org/events", "sse"), NoLogger.Instance);

        memory.Position.ShouldBe(new StreamPosition("7"));
    }

    private static ConnectionMemory Memory(StreamPosition position) => new(chunksInFlight: 8) { Url = new Uri("about:blank"), Position = position };

    private static StreamOptions Options(string url, string transport) =>
        new() { ServerUrl = url, Transport = StreamTransport.Parse(transport), InitialLastEventId = "first" };
}

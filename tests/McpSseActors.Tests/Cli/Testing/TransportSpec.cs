using McpSseActors.Tests.Mcp;

namespace McpSseActors.Tests.Cli.Testing;

/// <summary>Diagnoses of MCP servers, of which only the URL is known.</summary>
public sealed class TransportSpec : DiagnosisSpec
{
    [Fact]
    public async Task Should_find_sessions_and_resume_one_when_the_server_has_them()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        var test = TestAsync(server.Url, "--events", "2");
        await server.StreamAsync(1);
        await server.NotifyAsync("notifications/tools/list_changed");
        await server.NotifyAsync("notifications/tools/list_changed");

        await ShouldHoldAsync(test);

        ShouldBe("transport", "pass", "MCP 2025-11-25 by streamable-http");
        ShouldBe("content type", "pass", "text/event-stream");
        ShouldBe("first event", "pass", "notifications/tools/list_changed");
        ShouldBe("resume", "pass", "replayed");
        await server.CallAsync("DELETE");
    }

    [Fact]
    public async Task Should_find_HTTP_with_SSE_when_the_stream_names_an_endpoint()
    {
        await using var server = await FakeMcp.StartAsync(new OldMcp());

        await ShouldHoldAsync(TestAsync(server.Url));

        ShouldBe("transport", "pass", "MCP 2024-11-05 by http-sse");
        ShouldBe("first event", "skip", "an MCP server only tells of changes");
    }

    [Fact]
    public async Task Should_find_subscriptions_when_the_server_is_of_today()
    {
        await using var server = await FakeMcp.StartAsync(new ModernMcp());

        await ShouldHoldAsync(TestAsync(server.Url));

        ShouldBe("transport", "pass", "MCP 2026-07-28 by subscriptions");
    }

    [Fact]
    public async Task Should_fail_at_the_transport_when_another_is_configured()
    {
        await using var server = Sending(Events("1"));

        await ShouldFailAsync(TestAsync(server.Url.AbsoluteUri, "--transport", "http-sse"));

        ShouldEndAt("transport", "the server's stream does not begin with an endpoint", "set transport = \"sse\"");
    }
}

namespace McpSseActors.Tests.Mcp;

/// <summary>A load balancer that keeps a client at one node by a cookie, and answers 404 at every other.</summary>
public sealed class StickyCookieSpec : McpSpec
{
    [Theory]
    [InlineData("http-sse")]
    [InlineData("streamable-http")]
    [InlineData("auto")]
    public async Task Should_stay_at_its_node_when_the_balancer_sets_a_cookie(string transport)
    {
        await using FakeMcp server = transport == "http-sse" ? await FakeMcp.StartAsync(new OldMcp()) : await FakeMcp.StartAsync(new SessionMcp());
        server.Before = http =>
        {
            if (http.Request.Headers.Cookie.Count == 0)
                http.Response.Headers.SetCookie = "NODE=1";
        };
        var begun = false;
        server.Instead = async call =>
        {
            var isAtNode = call.Header("Cookie") == "NODE=1";
            if (isAtNode || !begun)
            {
                begun = true;
                return false;
            }

            await call.TextAsync(404);
            return true;
        };
        await using var host = await ListenAsync(server.Url, transport);

        (await host.States.UntilAsync(ConnectionState.Connected)).Attempt.ShouldBe(0);
        await server.StreamAsync(1);
        server.Calls.Count(call => call.Header("Cookie") is null).ShouldBe(1);
    }
}

namespace McpSseActors.Tests.Mcp;

/// <summary>HTTP+SSE, the oldest transport of MCP (2024-11-05).</summary>
public sealed class HttpSseSpec : McpSpec
{
    private static readonly McpListenOptions Wishes = new() { LogLevel = "debug", Resources = ["demo://a"] };

    [Theory]
    [InlineData("{origin}/messages?session=1", "/messages")]
    [InlineData("/messages?session=1", "/messages")]
    [InlineData("messages", "/messages")]
    [InlineData("?session=1", "/mcp")]
    public async Task Should_post_to_the_address_that_the_server_names(string endpoint, string path)
    {
        await using var server = await FakeMcp.StartAsync(new OldMcp());
        server.Endpoint = endpoint.Replace("{origin}", server.Url[..^"/mcp".Length], StringComparison.Ordinal);
        await using var host = await StartAsync(server);

        (await server.CallAsync("initialize")).Path.ShouldBe(path);
    }

    [Fact]
    public async Task Should_ask_in_this_order_when_a_session_begins()
    {
        await using var server = await FakeMcp.StartAsync(new OldMcp());
        await using var host = await StartAsync(server, o => o with { AuthKey = "token", Mcp = Wishes });

        await server.CallAsync("resources/subscribe");
        server.Asked.ShouldBe(["GET", "initialize", "notifications/initialized", "logging/setLevel", "resources/subscribe"]);
        server.Calls.ShouldAllBe(call => call.Header("Authorization") == "Bearer token");
        server.Calls.Skip(1).ShouldAllBe(call => call.Header("Content-Type") == "application/json");
        server.Calls[1].Params.GetProperty("protocolVersion").GetString().ShouldBe("2024-11-05");
        await StatsHoldAsync(host, stats => stats.Mcp!.Granted.ShouldBe(new McpSubscriptions { LogLevel = "debug", Resources = ["demo://a"] }));
    }

    [Fact]
    public async Task Should_deliver_what_comes_before_the_session_has_begun()
    {
        await using var server = await FakeMcp.StartAsync(new OldMcp { Early = "data: {\"jsonrpc\":\"2.0\",\"method\":\"early\"}\n\n" });
        await using var host = await StartAsync(server);

        await NextAsync("early");
        await host.States.UntilAsync(ConnectionState.Connected);
        await server.NotifyAsync("later");
        await NextAsync("later");
    }

    [Fact]
    public async Task Should_begin_anew_when_the_stream_breaks()
    {
        await using var server = await FakeMcp.StartAsync(new OldMcp());
        await using var host = await StartAsync(server, o => o with { Mcp = Wishes });

        await server.CallAsync("resources/subscribe");
        server.Endpoint = "/other";
        server.Drop();
        await NextAsync(McpResyncEvent.Type);
        (await server.CallAsync("resources/subscribe", 2)).Path.ShouldBe("/other");
        server.Calls.Skip(5).Select(call => (call.What, call.Path)).ShouldBe(
        [
            ("GET", "/mcp"), ("initialize", "/other"), ("notifications/initialized", "/other"), ("logging/setLevel", "/other"), ("resources/subscribe", "/other"),
        ]);
        (await McpAsync(host)).Sessions.ShouldBe(2);
        server.Count("DELETE").ShouldBe(0);
    }

    [Fact]
    public async Task Should_give_up_when_every_stream_ends_at_once()
    {
        await using var server = await FakeMcp.StartAsync(new OldMcp());
        await using var host = await StartAsync(server, o => o with { MaxReconnectAttempts = 2, MaxReconnectDelay = TimeSpan.FromMilliseconds(20) });
        server.Instead = async call =>
        {
            if (call.What == "notifications/initialized")
            {
                await call.TextAsync(202);
                server.Stream.End();
            }

            return call.What == "notifications/initialized";
        };
        server.Drop();

        (await FailedAsync(host)).ShouldContain("gave up after 2");
    }

    [Fact]
    public async Task Should_ask_nothing_of_another_origin()
    {
        await using var elsewhere = await FakeMcp.StartAsync(new OldMcp());
        await using var server = await FakeMcp.StartAsync(new OldMcp { Endpoint = elsewhere.Url });
        await using var host = await StartAsync(server, o => o with { AuthKey = "token" });

        var reason = await FailedAsync(host);
        reason.ShouldContain("endpoint of another origin");
        reason.ShouldContain($"another origin, http://{new Uri(elsewhere.Url).Authority}, which");
        elsewhere.Calls.ShouldBeEmpty();
        server.Asked.ShouldBe(["GET"]);
    }

    [Theory]
    [InlineData("http://[")]
    [InlineData("file:///etc/passwd")]
    public async Task Should_fail_when_the_endpoint_is_no_address(string endpoint)
    {
        await using var server = await FakeMcp.StartAsync(new OldMcp { Endpoint = endpoint });
        await using var host = await StartAsync(server);

        (await FailedAsync(host)).ShouldContain("the server sent an endpoint");
    }

    [Theory]
    [InlineData("2025-11-25")]
    [InlineData("2025-03-26")]
    [InlineData("2024-10-07")]
    public async Task Should_agree_to_a_newer_revision(string version)
    {
        await using var server = await FakeMcp.StartAsync(new OldMcp { Version = version });
        await using var host = await StartAsync(server);

        await host.States.UntilAsync(ConnectionState.Connected);
        (await McpAsync(host)).ProtocolVersion.ShouldBe(version);
    }

    [Theory]
    [InlineData("initialize", 404)]
    [InlineData("notifications/initialized", 400)]
    [InlineData("notifications/initialized", 405)]
    public async Task Should_name_the_cause_and_stop_when_two_sessions_cannot_be_used(string refused, int status)
    {
        await using var server = await FakeMcp.StartAsync(new OldMcp());
        server.Instead = async call =>
        {
            if (call.What == refused)
                await call.TextAsync(status);
            return call.What == refused;
        };
        await using var host = await StartAsync(server);

        (await FailedAsync(host)).ShouldBe($"the session cannot be used: the server answered {refused} with {status}, 2 times in a row");
        server.Count(refused).ShouldBe(2);
    }

    [Fact]
    public async Task Should_refuse_a_revision_that_it_does_not_know()
    {
        await using var server = await FakeMcp.StartAsync(new OldMcp { Version = "1999-01-01" });
        await using var host = await StartAsync(server);

        (await FailedAsync(host)).ShouldContain("1999-01-01");
    }

    [Theory]
    [InlineData("before it names an endpoint")]
    [InlineData("before it answers")]
    public async Task Should_back_off_at_once_when_the_stream_breaks(string when)
    {
        await using var server = await FakeMcp.StartAsync(new OldMcp());
        server.Instead = async call =>
        {
            if (when == "before it answers" && call.What == "GET")
                return false;
            if (call.What == "GET")
            {
                (await call.StreamAsync()).Abort();
                return true;
            }

            await call.TextAsync(202);
            server.Drop();
            return true;
        };
        await using var host = await StartAsync(server, o => o with { ConnectionTimeout = TimeSpan.FromMinutes(1) });

        await host.States.UntilAsync(ConnectionState.BackingOff);
    }

    [Fact]
    public async Task Should_fail_with_a_reason_when_it_is_a_plain_event_stream()
    {
        await using var server = await FakeMcp.StartAsync(new OldMcp());
        server.Instead = async call =>
        {
            var stream = await call.StreamAsync();
            await stream.WriteAsync("event: chat\ndata: hello\n\n");
            await stream.OverAsync();
            return true;
        };
        await using var host = await StartAsync(server, o => o with { ConnectionTimeout = TimeSpan.FromSeconds(2) });

        (await FailedAsync(host)).ShouldBe("the server's stream does not begin with an endpoint; for a plain event stream set transport = \"sse\"");
    }

    private Task<McpSseHost> StartAsync(FakeMcp server, Func<StreamOptions, StreamOptions>? configure = null) => ListenAsync(server.Url, "http-sse", configure);
}

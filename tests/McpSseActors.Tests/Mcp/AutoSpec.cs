namespace McpSseActors.Tests.Mcp;

/// <summary>Finding out what a server speaks.</summary>
public sealed class AutoSpec : McpSpec
{
    private const string Discover = "server/discover";

    [Theory]
    [InlineData("subscriptions", "2026-07-28", "server/discover subscriptions/listen")]
    [InlineData("streamable-http", "2025-11-25", "server/discover initialize notifications/initialized GET")]
    [InlineData("http-sse", "2024-11-05", "server/discover initialize GET initialize notifications/initialized")]
    public async Task Should_find_the_transport(string transport, string version, string asked)
    {
        await using var server = await ServerAsync(transport);
        await using var host = await StartAsync(server, o => o with { AuthKey = "token" });

        await host.States.UntilAsync(ConnectionState.Connected);
        var mcp = await McpAsync(host);
        (mcp.Transport, mcp.ProtocolVersion).ShouldBe((transport, version));
        mcp.TransportReason.ShouldNotBeEmpty();
        server.Asked.ShouldBe(asked.Split(' '));
        server.Calls.ShouldAllBe(call => call.Header("Authorization") == "Bearer token");
        server.Calls[0].Header("MCP-Protocol-Version").ShouldBe("2026-07-28");
        server.Calls[0].Header("Mcp-Method").ShouldBe(Discover);
    }

    [Theory]
    [InlineData("subscriptions")]
    [InlineData("streamable-http")]
    [InlineData("http-sse")]
    public async Task Should_remember_what_it_found_and_say_it_once(string transport)
    {
        await using var server = await ServerAsync(transport);
        await using var host = await StartAsync(server, build: mcp => mcp.AddStream(server.Url, o => Streams.Quick(o) with { Name = "other", Transport = StreamTransport.Auto, Enabled = false }));

        await host.States.UntilAsync(ConnectionState.Connected);
        await host.Client.RestartAsync("s");
        await host.States.UntilAsync(ConnectionState.Connected);
        await host.Client.AddStreamAsync(Streams.Quick(new StreamOptions { Enabled = true, ServerUrl = server.Url, Transport = StreamTransport.Auto }) with { Name = "second" });
        await host.States.UntilAsync(ConnectionState.Connected);
        server.Count(Discover).ShouldBe(1);
        await Eventually.HoldsAsync(() =>
        {
            Lines("Stream s speaks").Count().ShouldBe(1);
            Lines("Stream second speaks").Count().ShouldBe(1);
        });
        Lines($"speaks {transport}, revision").ShouldNotBeEmpty();
    }

    [Theory]
    [InlineData(200, """{"jsonrpc":"2.0","id":1,"result":{}}""", "streamable-http")]
    [InlineData(200, """{"jsonrpc":"2.0","id":1,"result":{"supportedVersions":["2025-11-25"]}}""", "streamable-http")]
    [InlineData(400, """{"jsonrpc":"2.0","id":1,"error":{"code":-32022,"message":"no","data":{"supported":["2025-11-25","2025-06-18"]}}}""", "streamable-http")]
    [InlineData(400, """{"jsonrpc":"2.0","id":1,"error":{"code":-32022,"message":"no","data":{"supported":["2026-07-28"]}}}""", "subscriptions")]
    [InlineData(400, """{"jsonrpc":"2.0","id":1,"error":{"code":-32020,"message":"header"}}""", "subscriptions")]
    [InlineData(400, """{"jsonrpc":"2.0","id":1,"error":{"code":-32021,"message":"capability"}}""", "subscriptions")]
    [InlineData(400, "Bad Request: No valid session ID provided", "streamable-http")]
    [InlineData(404, """{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}}""", "streamable-http")]
    [InlineData(406, "", "streamable-http")]
    [InlineData(500, """{"jsonrpc":"2.0","id":1,"error":{"code":-32601,"message":"no"}}""", "streamable-http")]
    [InlineData(500, """{"jsonrpc":"2.0","id":null,"error":{"code":-32601.0,"message":"no"}}""", "streamable-http")]
    [InlineData(400, """{"jsonrpc":"2.0","id":1,"error":{"code":"UNKNOWN","message":"no"}}""", "streamable-http")]
    [InlineData(501, "", "streamable-http")]
    public async Task Should_not_be_misled_by_the_answer_to_the_probe(int status, string answer, string transport)
    {
        await using var server = await ServerAsync(transport);
        server.Instead = async call =>
        {
            if (call.What == Discover)
                await call.JsonAsync(answer, status);
            return call.What == Discover;
        };
        await using var host = await StartAsync(server);

        await host.States.UntilAsync(ConnectionState.Connected);
        (await McpAsync(host)).Transport.ShouldBe(transport);
    }

    [Theory]
    [InlineData(405)]
    [InlineData(501)]
    public async Task Should_find_the_oldest_transport_when_it_answers_POST_with(int status)
    {
        await using var server = await FakeMcp.StartAsync(new OldMcp());
        server.Instead = async call =>
        {
            var isForeign = call is { HttpMethod: "POST", Path: "/mcp" };
            if (isForeign)
                await call.TextAsync(status);
            return isForeign;
        };
        await using var host = await StartAsync(server);

        await host.States.UntilAsync(ConnectionState.Connected);
        (await McpAsync(host)).Transport.ShouldBe("http-sse");
    }

    [Theory]
    [InlineData("auto")]
    [InlineData("http-sse")]
    [InlineData("streamable-http")]
    [InlineData("subscriptions")]
    public async Task Should_fail_when_every_request_is_answered_with_501(string transport)
    {
        await using var server = await FakeMcp.StartAsync(new OldMcp());
        server.Instead = async call =>
        {
            await call.TextAsync(501);
            return true;
        };
        await using var host = await ListenAsync(server.Url, transport);

        (await FailedAsync(host)).ShouldContain("501");
    }

    [Theory]
    [InlineData(500)]
    [InlineData(503)]
    [InlineData(429)]
    [InlineData(0)]
    public async Task Should_draw_no_conclusion_when_the_probe_fails_with(int status)
    {
        await using var server = await FakeMcp.StartAsync(new ModernMcp());
        server.Instead = async call =>
        {
            var isFirst = server.Count(Discover) == 1;
            if (isFirst)
                await (status == 0 ? call.HangAsync() : call.TextAsync(status));
            return isFirst;
        };
        await using var host = await StartAsync(server, o => status == 0 ? o with { ConnectionTimeout = TimeSpan.FromSeconds(3) } : o);

        await host.States.UntilAsync(ConnectionState.BackingOff);
        await host.States.UntilAsync(ConnectionState.Connected);
        server.Asked.ShouldBe([Discover, Discover, "subscriptions/listen"]);
    }

    [Fact]
    public async Task Should_fail_without_trying_anything_else_when_the_credentials_are_wrong()
    {
        await using var server = await FakeMcp.StartAsync(new ModernMcp());
        server.Instead = async call =>
        {
            await call.TextAsync(401);
            return true;
        };
        await using var host = await StartAsync(server);

        (await FailedAsync(host)).ShouldContain("401");
        server.Asked.ShouldBe([Discover]);
    }

    [Theory]
    [InlineData("streamable-http", "subscriptions")]
    [InlineData("subscriptions", "streamable-http")]
    [InlineData("http-sse", "streamable-http")]
    [InlineData("streamable-http", "http-sse")]
    [InlineData("http-sse", "subscriptions")]
    public async Task Should_look_again_when_the_server_was_exchanged_for_another(string before, string after)
    {
        await using var front = await FakeMcp.StartAsync(new FrontMcp(Server(before)));
        await using var host = await StartAsync(front);
        await host.States.UntilAsync(ConnectionState.Connected);

        await front.StopAsync();
        front.Behind = Server(after);
        await front.StartAsync();
        await Eventually.HoldsAsync(async () =>
        {
            var stats = await StatsAsync(host);
            (stats.State, stats.Mcp!.Transport).ShouldBe((ConnectionState.Connected, after));
        });
    }

    [Theory]
    [InlineData("event stream", "transport = \"sse\"")]
    [InlineData("event stream for any method", "transport = \"sse\"")]
    [InlineData("page", "text/html")]
    [InlineData("page for any method", "text/html")]
    [InlineData("page without an end for any method", "text/html")]
    public async Task Should_fail_with_one_reason_when_it_is_no_MCP_server_but_a(string kind, string reason)
    {
        await using var server = await FakeMcp.StartAsync(new OldMcp());
        server.Instead = async call =>
        {
            if (call.HttpMethod == "POST" && !kind.EndsWith("any method", StringComparison.Ordinal))
            {
                await call.TextAsync(405);
            }
            else if (kind.StartsWith("page without", StringComparison.Ordinal))
            {
                await call.TextAsync(200, "<html>", "text/html");
                await call.HangAsync();
            }
            else if (kind.StartsWith("page", StringComparison.Ordinal))
            {
                await call.TextAsync(200, "<html>", "text/html");
            }
            else
            {
                var stream = await call.StreamAsync();
                await stream.WriteAsync("data: hello\n\n");
                await stream.OverAsync();
            }

            return true;
        };
        await using var host = await StartAsync(server, o => o with { ConnectionTimeout = TimeSpan.FromSeconds(3) });

        var failed = await FailedAsync(host);
        failed.ShouldContain(reason);
        failed.Split("for a plain event stream set").Length.ShouldBeLessThanOrEqualTo(2, failed);
    }

    private static Task<FakeMcp> ServerAsync(string transport) => FakeMcp.StartAsync(Server(transport));

    private static FakeMcp Server(string transport) => transport switch
    {
        "subscriptions" => new ModernMcp(),
        "streamable-http" => new SessionMcp { ForgottenStatus = 400 },
        _ => new OldMcp(),
    };

    private IEnumerable<string> Lines(string part) => Overheard.Said.Where(line => line.Contains(part, StringComparison.Ordinal) && line.Contains("[INFO]", StringComparison.Ordinal));

    private Task<McpSseHost> StartAsync(FakeMcp server, Func<StreamOptions, StreamOptions>? configure = null, Action<McpSseBuilder>? build = null) =>
        ListenAsync(server.Url, "auto", configure, build);

    /// <summary>One address, behind which another server can be put.</summary>
    private sealed class FrontMcp(FakeMcp behind) : FakeMcp
    {
        public FakeMcp Behind { get; set; } = behind;

        protected override Task AnswerAsync(McpCall call) => Behind.ServeAsync(call);
    }
}

namespace McpSseActors.Tests.Mcp;

/// <summary>Servers that send other messages before the one that is awaited.</summary>
public sealed class FirstMessageSpec : McpSpec
{
    private const string Ping = "data: {\"jsonrpc\":\"2.0\",\"id\":\"early\",\"method\":\"ping\"}\n\n";

    public static TheoryData<string> Before =>
    [
        "event: ping\ndata: ping\n\n",
        "event: ping\ndata: {}\n\n",
        "event: open\ndata:\n\n",
        "event: heartbeat\ndata: 2026-07-28T12:00:00Z\n\n",
        "data: {\"type\":\"heartbeat\"}\n\n",
        "data: ping\n\n",
        ": comment\n\nretry: 10\n\nid: 1\n\n",
        "data: [1,2]\n\n",
        "data: {\"jsonrpc\":\"2.0\",\"id\":99,\"result\":{}}\n\n",
        "data: {\"jsonrpc\":\"2.0\",\"id\":null,\"error\":{\"code\":-32600,\"message\":\"no\"}}\n\n",
        "data: {\"jsonrpc\":\"2.0\",\"id\":\"x\",\"method\":\"roots/list\"}\n\n",
        string.Concat(Enumerable.Repeat("event: ping\ndata: ping\n\n", 100)),
    ];

    [Theory]
    [MemberData(nameof(Before))]
    public async Task Should_read_on_when_they_come_before_the_answer_to_initialize(string before)
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        server.Instead = async call =>
        {
            if (call.What != "initialize")
                return false;
            var stream = await call.StreamAsync();
            await stream.WriteAsync(before);
            await stream.MessageAsync(call.Result("""{"protocolVersion":"2025-11-25","capabilities":{}}"""));
            return true;
        };
        server.Instead = WithoutSession(server.Instead);
        await using var host = await ListenAsync(server.Url, "streamable-http");

        await host.States.UntilAsync(ConnectionState.Connected);
        server.Count("initialize").ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"jsonrpc":"2.0","id":ID,"error":{"code":"DENIED","message":"ask first"}}""", "error: ask first")]
    [InlineData("""{"jsonrpc":"2.0","id":ID,"error":{"code":null,"message":"ask first"}}""", "error: ask first")]
    [InlineData("""{"jsonrpc":"2.0","id":ID,"error":{"code":-32602.0,"message":"ask first"}}""", "error -32602: ask first")]
    [InlineData("""{"jsonrpc":"2.0","id":ID,"error":"ask first"}""", "error: ask first")]
    [InlineData("""{"jsonrpc":"2.0","id":ID,"error":{"code":-32602,"message":"\uD800"}}""", "error -32602: no message")]
    [InlineData("""{"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"ask first"}}""", "error -32600: ask first")]
    [InlineData("""{"jsonrpc":"2.0","error":{"code":-32600,"message":"ask first"}}""", "error -32600: ask first")]
    public async Task Should_tell_the_error_when_initialize_is_refused(string answer, string reason)
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        server.Instead = async call =>
        {
            await call.JsonAsync(answer.Replace("ID", call.Id, StringComparison.Ordinal));
            return true;
        };
        await using var host = await ListenAsync(server.Url, "streamable-http");

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldBe(reason);
    }

    [Theory]
    [InlineData("""{"protocolVersion":"2025-11-25","capabilities":{},"serverInfo":{"name":"\uD800","version":"1"}}""", ConnectionState.Connected)]
    [InlineData("""{"protocolVersion":"\uD800","capabilities":{}}""", ConnectionState.Failed)]
    [InlineData("null", ConnectionState.Failed)]
    public async Task Should_read_the_answer_to_initialize_as_far_as_it_is_text(string result, ConnectionState state)
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        server.Instead = WithoutSession(async call =>
        {
            if (call.What == "initialize")
                await call.JsonAsync(call.Result(result));
            return call.What == "initialize";
        });
        await using var host = await ListenAsync(server.Url, "streamable-http");

        await host.States.UntilAsync(state);
        server.Count("initialize").ShouldBe(1);
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("[]\n")]
    public async Task Should_fail_when_initialize_is_answered_with_nothing(string body)
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        server.Instead = async call =>
        {
            await call.JsonAsync(body);
            return true;
        };
        await using var host = await ListenAsync(server.Url, "streamable-http");

        (await host.States.UntilAsync(ConnectionState.Failed)).Reason.ShouldStartWith("the server answers initialize with nothing; check server_url");
    }

    [Theory]
    [MemberData(nameof(Before))]
    public async Task Should_read_on_when_they_come_before_the_answer_to_server_discover(string before)
    {
        await using var server = await FakeMcp.StartAsync(new ModernMcp());
        server.Instead = async call =>
        {
            if (call.What != "server/discover")
                return false;
            var stream = await call.StreamAsync();
            await stream.WriteAsync(before);
            await stream.MessageAsync(call.Result("""{"supportedVersions":["2026-07-28"],"capabilities":{} }"""));
            await stream.OverAsync();
            return true;
        };
        await using var host = await ListenAsync(server.Url, "auto");

        await host.States.UntilAsync(ConnectionState.Connected);
        (await McpAsync(host)).Transport.ShouldBe("subscriptions");
        server.Count("server/discover").ShouldBe(1);
    }

    // The answer to the ping shows that the client has read what came before it.
    [Theory]
    [InlineData("""data: {"jsonrpc":"2.0","id":99,"result":{}}""")]
    [InlineData("""data: {"jsonrpc":"2.0","id":"x","error":{"code":-32601,"message":"no"}}""")]
    [InlineData("""data: {"jsonrpc":"2.0","id":null,"error":{"code":-32600,"message":"no"}}""")]
    [InlineData("""data: {"jsonrpc":"2.0","error":{"code":-32601,"message":"no"}}""")]
    public async Task Should_read_on_when_the_answer_to_something_else_comes_first(string other)
    {
        await using var server = await FakeMcp.StartAsync(new ModernMcp());
        server.Instead = async call =>
        {
            if (call.What != "server/discover")
                return false;
            var stream = await call.StreamAsync();
            await stream.WriteAsync($"{other}\n\n{Ping}");
            await server.CallAsync("answer");
            await stream.MessageAsync(call.Result("""{"supportedVersions":["2026-07-28"],"capabilities":{} }"""));
            await stream.OverAsync();
            return true;
        };
        await using var host = await ListenAsync(server.Url, "auto");

        await host.States.UntilAsync(ConnectionState.Connected);
        (await McpAsync(host)).Transport.ShouldBe("subscriptions");
        server.Count("server/discover").ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Before))]
    public async Task Should_read_on_when_they_come_before_the_endpoint(string before)
    {
        await using var server = await FakeMcp.StartAsync(new OldMcp { First = before });
        await using var host = await ListenAsync(server.Url, "http-sse");

        await host.States.UntilAsync(ConnectionState.Connected);
        server.Count("GET").ShouldBe(1);
    }

    [Theory]
    [MemberData(nameof(Before))]
    public async Task Should_read_on_when_they_come_before_the_acknowledgement(string before)
    {
        await using var server = await FakeMcp.StartAsync(new ModernMcp());
        server.Instead = async call =>
        {
            var stream = await call.StreamAsync();
            await stream.WriteAsync(before);
            await stream.MessageAsync(ModernMcp.Notification("notifications/subscriptions/acknowledged", """{"notifications":{"toolsListChanged":true} }"""));
            await stream.OverAsync();
            return true;
        };
        await using var host = await ListenAsync(server.Url, "subscriptions");

        await StatsHoldAsync(host, stats => stats.Mcp!.Granted.ToolsChanged.ShouldBeTrue());
        server.Count("subscriptions/listen").ShouldBe(1);
    }

    [Theory]
    [InlineData("streamable-http")]
    [InlineData("http-sse")]
    [InlineData("auto")]
    public async Task Should_answer_a_ping_before_it_sends_what_is_awaited(string transport)
    {
        var answered = new TaskCompletionSource();
        await using FakeMcp server = await FakeMcp.StartAsync<FakeMcp>(transport switch
        {
            "http-sse" => new OldMcp { First = Ping },
            "auto" => new ModernMcp(),
            _ => new SessionMcp(),
        });
        server.Instead = async call =>
        {
            if (call.What == "answer")
            {
                await call.TextAsync(202);
                answered.TrySetResult();
                return true;
            }

            if (call.What is not ("initialize" or "server/discover"))
                return false;
            if (transport == "http-sse")
            {
                await answered.Task;
                return false;
            }

            var stream = await call.StreamAsync(("Mcp-Session-Id", "session-1"));
            await stream.WriteAsync(Ping);
            await answered.Task;
            await stream.MessageAsync(call.Result("""{"supportedVersions":["2026-07-28"],"protocolVersion":"2025-11-25","capabilities":{} }"""));
            return true;
        };
        if (transport == "streamable-http")
            server.Instead = WithoutSession(server.Instead);
        await using var host = await ListenAsync(server.Url, transport);

        await host.States.UntilAsync(ConnectionState.Connected);
        var answer = await server.CallAsync("answer");
        answer.Json.GetRawText().ShouldBe("""{"jsonrpc":"2.0","id":"early","result":{}}""");
        if (transport == "streamable-http")
            answer.Header("Mcp-Session-Id").ShouldBe("session-1");
    }

    [Fact]
    public async Task Should_answer_every_ping_when_100_come_before_the_endpoint()
    {
        const int Pings = 100;
        await using var server = await FakeMcp.StartAsync(new OldMcp { First = string.Concat(Enumerable.Repeat(Ping, Pings)) });
        await using var host = await ListenAsync(server.Url, "http-sse");

        await server.CallAsync("answer", Pings);
        await host.States.UntilAsync(ConnectionState.Connected);
    }

    [Theory]
    [InlineData("streamable-http", "is not JSON-RPC; check server_url, and for a plain event stream set transport = \"sse\"")]
    [InlineData("http-sse", "does not begin with an endpoint; for a plain event stream set transport = \"sse\"")]
    [InlineData("auto", "is not JSON-RPC; check server_url, and for a plain event stream set transport = \"sse\"")]
    public async Task Should_fail_in_the_end_when_nothing_else_comes(string transport, string reason)
    {
        await using var server = await FakeMcp.StartAsync(new OldMcp());
        server.Instead = async call =>
        {
            var stream = await call.StreamAsync();
            while (!stream.IsOver)
            {
                await stream.WriteAsync("event: ping\ndata: ping\n\n");
                await Task.WhenAny(stream.OverAsync(), Task.Delay(20));
            }

            return true;
        };
        await using var host = await ListenAsync(server.Url, transport, o => o with { ConnectionTimeout = TimeSpan.FromSeconds(1) });

        (await FailedAsync(host)).ShouldEndWith(reason);
    }

    // The server of these tests sends its own answer to initialize, and so knows no session.
    private static Func<McpCall, Task<bool>> WithoutSession(Func<McpCall, Task<bool>> instead) => async call =>
    {
        if (await instead(call))
            return true;
        if (call.What == "GET")
            await (await call.StreamAsync()).OverAsync();
        else
            await call.TextAsync(202);
        return true;
    };
}

namespace McpSseActors.Tests.Mcp;

/// <summary>MCP servers that mean harm, or are broken.</summary>
public sealed class HostileMcpSpec : McpSpec
{
    private static readonly string Flood = string.Concat(Enumerable.Repeat($"data: {ModernMcp.Notification("flood", $$"""{"x":"{{new string('x', 1000)}}"}""")}\n\n", 64));

    [Theory]
    [InlineData("http-sse", "comments")]
    [InlineData("http-sse", "one event without an end")]
    [InlineData("streamable-http", "events")]
    [InlineData("streamable-http", "JSON")]
    public async Task Should_bound_what_comes_before_the_session_begins(string transport, string what)
    {
        await using var server = await FakeMcp.StartAsync(new OldMcp());
        server.Instead = async call =>
        {
            if (what == "JSON")
            {
                await call.JsonAsync($"{{\"jsonrpc\":\"2.0\",\"x\":\"{new string('x', 100_000)}\"}}");
                return true;
            }

            var stream = await call.StreamAsync();
            while (true)
                await stream.WriteAsync(what == "comments" ? new string(':', 4000) + "\n" : what == "events" ? Flood : "data: " + new string('x', 4000));
        };
        await using var host = await ListenAsync(server.Url, transport, o => o with { MaxEventSize = 10_000, MaxReconnectAttempts = 0 });

        (await FailedAsync(host)).ShouldContain(what == "JSON" ? "max_event_size" : "too much before the stream was open");
    }

    [Fact]
    public async Task Should_back_off_when_initialize_is_never_answered()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        server.Instead = async call =>
        {
            await call.HangAsync();
            return true;
        };
        await using var host = await ListenAsync(server.Url, "streamable-http", o => o with { ConnectionTimeout = TimeSpan.FromMilliseconds(500) });

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldContain("connection_timeout");
    }

    [Fact]
    public async Task Should_answer_every_ping_and_go_on_when_there_are_10_000()
    {
        const int Pings = 10_000;
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using var host = await ListenAsync(server.Url, "streamable-http", o => o with { ReadTimeout = TimeSpan.FromMinutes(1) });

        var stream = await server.StreamAsync(1);
        await stream.WriteAsync(string.Concat(Enumerable.Range(0, Pings).Select(id => $"data: {{\"jsonrpc\":\"2.0\",\"id\":{id},\"method\":\"ping\"}}\n\n")));
        await server.NotifyAsync("after");
        await NextAsync("after");
        await Eventually.HoldsAsync(() => server.Count("answer").ShouldBe(Pings));
        (await StatsAsync(host)).TotalReconnectAttempts.ShouldBe(0);
    }

    [Fact]
    public async Task Should_answer_few_pings_and_go_on_when_350_000_come_in_one_message()
    {
        const int Pings = 350_000;
        const int Answered = 100;
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using var host = await ListenAsync(server.Url, "streamable-http");

        var stream = await server.StreamAsync(1);
        await stream.MessageAsync($"[{string.Join(',', Enumerable.Repeat("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}", Pings))}]");
        await server.NotifyAsync("after");
        await NextAsync("after");
        await StatsHoldAsync(host, stats => stats.Dropped["malformed"].ShouldBe(Pings - Answered));
        await server.CallAsync("answer", Answered);
        server.Count("answer").ShouldBe(Answered);
    }

    [Theory]
    [InlineData("streamable-http")]
    [InlineData("http-sse")]
    [InlineData("subscriptions")]
    public async Task Should_refuse_events_that_only_the_client_creates(string transport)
    {
        string[] forged = [McpResyncEvent.Type, McpEvent.CommentType, "mcp.resource", "mcp.tools", "mcp.prompts", "mcp.resources"];
        await using var server = await FakeMcp.StartAsync<FakeMcp>(transport switch
        {
            "subscriptions" => new ModernMcp(),
            "http-sse" => new OldMcp(),
            _ => new SessionMcp(),
        });
        await using var host = await ListenAsync(server.Url, transport);

        var stream = await server.StreamAsync(1);
        foreach (var method in forged)
        {
            await stream.MessageAsync(ModernMcp.Notification(method, """{"since":"2026-01-01T00:00:00Z","resources":[],"tools":true,"prompts":true,"resourceList":true}"""));
            await stream.MessageAsync($$"""{"jsonrpc":"2.0","method":"\u{{(int)method[0]:x4}}{{method[1..]}}"}""");
        }

        await stream.MessageAsync(ModernMcp.Notification("mcp.other"));
        await UntilAsync("mcp.other");
        await StatsHoldAsync(host, stats =>
        {
            stats.Dropped["malformed"].ShouldBe(2 * forged.Length);
            stats.EventsByType.Keys.ShouldBe(transport == "subscriptions" ? ["notifications/subscriptions/acknowledged", "mcp.other"] : ["mcp.other"], ignoreOrder: true);
        });
    }

    [Fact]
    public async Task Should_ignore_answers_that_nobody_waits_for()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using var host = await ListenAsync(server.Url, "streamable-http");

        var stream = await server.StreamAsync(1);
        foreach (var id in new[] { "999", "\"x\"", "null", "{}", "1e999" })
            await stream.MessageAsync($"{{\"jsonrpc\":\"2.0\",\"id\":{id},\"result\":{{}}}}");
        await server.NotifyAsync("after");
        await NextAsync("after");
        await StatsHoldAsync(host, stats => (stats.TotalEventsReceived, stats.Dropped.Count).ShouldBe((1, 0)));
    }

    [Fact]
    public async Task Should_stop_reading_when_a_handler_stands_still()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        var go = new TaskCompletionSource();
        await using var host = await ListenAsync(
            server.Url, "streamable-http", build: mcp =>
                mcp.AddHandler("flood", (McpEvent _, CancellationToken _) => go.Task), hocon: "mcp-sse.pipeline.chunks-in-flight = 2");

        var stream = await server.StreamAsync(1);
        var written = 0L;
        var writing = Task.Run(async () =>
        {
            while (!stream.IsOver)
            {
                await stream.WriteAsync(Flood);
                Interlocked.Add(ref written, Flood.Length);
            }
        });

        // Until the server cannot write any more: its bytes wait in its own socket.
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(500));
        var before = -1L;
        while (before != Interlocked.Read(ref written) || before == 0)
        {
            before = Interlocked.Read(ref written);
            await pace.WaitForNextTickAsync();
        }

        (await StatsAsync(host)).BytesReceived.ShouldBeLessThan(10 * 16 * 1024);
        go.SetResult();
        await Eventually.HoldsAsync(() => Interlocked.Read(ref written).ShouldBeGreaterThan(before));
        server.Drop();
        await Record.ExceptionAsync(() => writing);
    }

    [Fact]
    public async Task Should_keep_the_session_when_a_handler_stands_still_and_pings_are_answered()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        var go = new TaskCompletionSource();
        await using var host = await ListenAsync(
            server.Url,
            "streamable-http",
            o => o with { ConnectionTimeout = TimeSpan.FromSeconds(1), Mcp = o.Mcp with { PingInterval = TimeSpan.FromMilliseconds(20) } },
            mcp => mcp.AddHandler("flood", (McpEvent _, CancellationToken _) => go.Task),
            "mcp-sse.pipeline.chunks-in-flight = 2");

        var stream = await server.StreamAsync(1);
        for (var i = 0; i < 4; i++)
            await stream.WriteAsync(Flood);
        await StatsHoldAsync(host, stats => stats.InFlight.ShouldBeGreaterThan(0));
        await server.CallAsync("ping", server.Count("ping") + 100);
        (await StatsAsync(host)).TotalReconnectAttempts.ShouldBe(0);
        go.SetResult();
    }

    [Fact]
    public async Task Should_fail_with_a_reason_when_the_session_ID_is_none()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        server.Instead = async call =>
        {
            var isFirst = call.What == "initialize";
            if (isFirst)
                await call.ResultAsync("""{"protocolVersion":"2025-11-25","capabilities":{}}""", ("Mcp-Session-Id", "a b"));
            return isFirst;
        };
        await using var host = await ListenAsync(server.Url, "streamable-http", o => o with { MaxReconnectAttempts = 0 });

        (await FailedAsync(host)).ShouldContain("session ID that is not visible ASCII");
    }
}

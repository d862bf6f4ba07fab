namespace McpSseActors.Tests.Mcp;

/// <summary>Subscriptions (MCP 2026-07-28): servers that refuse, and wishes that change.</summary>
public sealed class SubscriptionRefusalSpec : McpSpec
{
    private const string Listen = "subscriptions/listen";
    private const string Acknowledged = "notifications/subscriptions/acknowledged";

    [Fact]
    public async Task Should_fail_with_a_reason_when_there_is_nothing_to_listen_to()
    {
        await using var server = await FakeMcp.StartAsync(new ModernMcp { Grants = "{}" });
        server.Instead = async call =>
        {
            var stream = await server.GrantAsync(call);
            await stream.MessageAsync(call.Result("""{"resultType":"complete"}"""));
            return true;
        };
        await using var host = await StartAsync(server);

        (await FailedAsync(host)).ShouldContain("nothing to listen to");
        server.Count(Listen).ShouldBe(1);
    }

    [Theory]
    [InlineData("JSON", 404, -32601, "no subscriptions/listen")]
    [InlineData("SSE", 404, -32601, "no subscriptions/listen")]
    [InlineData("JSON", 200, -32601, "refuses subscriptions/listen")]
    [InlineData("SSE", 200, -32601, "refuses subscriptions/listen")]
    [InlineData("JSON", 400, -32602, "refuses subscriptions/listen")]
    [InlineData("text", 404, 0, "404")]
    [InlineData("text", 200, 0, "without an event stream")]
    public async Task Should_fail_with_a_reason_when_the_server_refuses_by(string form, int status, int code, string reason)
    {
        await using var server = await FakeMcp.StartAsync(new ModernMcp());
        server.Instead = async call =>
        {
            await (form switch
            {
                "JSON" => call.ErrorAsync(status, code, "not here"),
                "SSE" => call.TextAsync(status, $"event: message\ndata: {call.Error(code, "not here")}\n\n", "text/event-stream"),
                _ => call.TextAsync(status, "not here"),
            });
            return true;
        };
        await using var host = await StartAsync(server);

        (await FailedAsync(host)).ShouldContain(reason);
        server.Count(Listen).ShouldBe(1);
    }

    [Fact]
    public async Task Should_stop_when_the_server_answers_204()
    {
        await using var server = await FakeMcp.StartAsync(new ModernMcp());
        server.Instead = async call =>
        {
            await call.TextAsync(204);
            return true;
        };
        await using var host = await StartAsync(server);

        (await host.States.UntilAsync(ConnectionState.Stopped)).Reason.ShouldContain("204 No Content: it asks clients to stop");
        server.Count(Listen).ShouldBe(1);
    }

    [Fact]
    public async Task Should_ask_once_more_when_the_server_names_our_revision_among_its_own()
    {
        await using var server = await FakeMcp.StartAsync(new ModernMcp());
        server.Instead = async call =>
        {
            if (server.Count(Listen) == 1)
                await call.ErrorAsync(400, -32022, "unsupported", """{"supported":["2026-07-28"],"requested":"2026-07-28"}""");
            return server.Count(Listen) == 1;
        };
        await using var host = await StartAsync(server);

        await NextAsync(Acknowledged);
        server.Count(Listen).ShouldBe(2);
        (await StatsAsync(host)).TotalReconnectAttempts.ShouldBe(0);
    }

    [Theory]
    [InlineData("""["2025-11-25"]""", 1)]
    [InlineData("""["2026-07-28"]""", 2)]
    public async Task Should_fail_when_the_server_does_not_take_our_revision(string supported, int asked)
    {
        await using var server = await FakeMcp.StartAsync(new ModernMcp());
        server.Instead = async call =>
        {
            await call.ErrorAsync(400, -32022, "unsupported", $$"""{"supported":{{supported}}}""");
            return true;
        };
        await using var host = await StartAsync(server);

        (await FailedAsync(host)).ShouldContain("does not speak revision 2026-07-28");
        server.Count(Listen).ShouldBe(asked);
    }

    [Fact]
    public async Task Should_lose_nothing_when_the_wishes_change()
    {
        await using var server = await FakeMcp.StartAsync(new ModernMcp());
        await using var host = await StartAsync(server);
        await NextAsync(Acknowledged);
        var mayGrant = new TaskCompletionSource();
        server.Instead = async call =>
        {
            await mayGrant.Task;
            return false;
        };

        var changed = host.McpSse.Ask<McpSubscriptionState>(new AddMcpResources(["demo://a"]), Within.Limit);
        var listen = await server.CallAsync(Listen, 2);
        listen.Params.GetProperty("notifications").GetProperty("resourceSubscriptions")[0].GetString().ShouldBe("demo://a");
        await server.Streams[0].MessageAsync(ModernMcp.Notification("meanwhile"));
        await NextAsync("meanwhile");
        server.Streams[0].IsOver.ShouldBeFalse();
        mayGrant.SetResult();

        (await changed).Granted.Resources.ShouldBe(["demo://a"]);
        await NextAsync(Acknowledged);
        await Within.LimitAsync(server.Streams[0].OverAsync());
        await server.NotifyAsync("after");
        await NextAsync("after");
        await StatsHoldAsync(host, stats => (stats.State, stats.TotalReconnectAttempts, stats.Mcp!.Resyncs).ShouldBe((ConnectionState.Connected, 0, 0)));
    }

    [Fact]
    public async Task Should_reconnect_with_a_reason_when_the_server_never_says_what_it_grants()
    {
        await using var server = await FakeMcp.StartAsync(new ModernMcp());
        server.Instead = async call =>
        {
            var stream = await call.StreamAsync();
            await stream.OverAsync();
            return true;
        };
        await using var host = await StartAsync(server, o => o with { ConnectionTimeout = TimeSpan.FromSeconds(2) });

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldContain("did not acknowledge the subscription within the connection_timeout");
    }

    private Task<McpSseHost> StartAsync(FakeMcp server, Func<StreamOptions, StreamOptions>? configure = null) => ListenAsync(server.Url, "subscriptions", configure);
}

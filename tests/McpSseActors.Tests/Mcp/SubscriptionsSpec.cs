namespace McpSseActors.Tests.Mcp;

/// <summary>Subscriptions (MCP 2026-07-28): what is asked for, granted, lost and read again.</summary>
public sealed class SubscriptionsSpec : McpSpec
{
    private const string Listen = "subscriptions/listen";
    private const string Acknowledged = "notifications/subscriptions/acknowledged";
    private const string Changed = "notifications/tools/list_changed";

    [Fact]
    public async Task Should_say_all_that_the_standard_wants_when_it_listens()
    {
        await using var server = await FakeMcp.StartAsync(new ModernMcp());
        await using var host = await StartAsync(server, o => o with
        {
            AuthKey = "token",
            Mcp = new McpListenOptions { Resources = ["demo://a", "demo://größe"], PromptsChanged = false },
        });

        await NextAsync(Acknowledged);
        var call = server.Calls.Single();
        call.Header("Accept").ShouldBe("application/json, text/event-stream");
        call.Header("Content-Type").ShouldBe("application/json");
        call.Header("Authorization").ShouldBe("Bearer token");
        call.Header("MCP-Protocol-Version").ShouldBe("2026-07-28");
        call.Header("Mcp-Method").ShouldBe(Listen);
        call.Header("Mcp-Session-Id").ShouldBeNull();
        var meta = call.Params.GetProperty("_meta");
        meta.GetProperty("io.modelcontextprotocol/protocolVersion").GetString().ShouldBe("2026-07-28");
        meta.GetProperty("io.modelcontextprotocol/clientCapabilities").GetRawText().ShouldBe("{}");
        meta.GetProperty("io.modelcontextprotocol/clientInfo").GetProperty("name").GetString().ShouldBe("McpSseActors");
        var filter = call.Params.GetProperty("notifications");
        filter.GetProperty("toolsListChanged").GetBoolean().ShouldBeTrue();
        filter.TryGetProperty("promptsListChanged", out _).ShouldBeFalse();
        filter.GetProperty("resourcesListChanged").GetBoolean().ShouldBeTrue();
        filter.GetProperty("resourceSubscriptions").EnumerateArray().Select(uri => uri.GetString()).ShouldBe(["demo://a", "demo://größe"]);
        await server.NotifyAsync(Changed);
        await NextAsync(Changed);
    }

    [Fact]
    public async Task Should_show_what_was_granted_when_that_is_less()
    {
        await using var server = await FakeMcp.StartAsync(new ModernMcp { Grants = """{"toolsListChanged":true,"resourceSubscriptions":["demo://a"]}""" });
        await using var host = await StartAsync(server, o => o with { Mcp = new McpListenOptions { Resources = ["demo://a", "demo://b"] } });

        await StatsHoldAsync(host, stats => stats.Mcp!.Granted.ShouldBe(new McpSubscriptions { ToolsChanged = true, Resources = ["demo://a"] }));
        var mcp = await McpAsync(host);
        mcp.Requested.Resources.ShouldBe(["demo://a", "demo://b"]);
        (mcp.Transport, mcp.ProtocolVersion, mcp.Sessions).ShouldBe(("subscriptions", "2026-07-28", 0));
        await Overheard.UntilAsync("asked for tools, prompts, resources, demo://a, demo://b, and the server grants tools, demo://a");
    }

    [Fact]
    public async Task Should_listen_anew_with_another_number_and_tell_what_may_be_missed_when_the_stream_breaks()
    {
        await using var server = await FakeMcp.StartAsync(new ModernMcp());
        await using var host = await StartAsync(server, o => o with { Mcp = new McpListenOptions { Resources = ["demo://a"], PromptsChanged = false } });

        await NextAsync(Acknowledged);
        server.Drop();
        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldNotContain("ended the stream");
        var missed = (await UntilAsync(McpResyncEvent.Type)).ShouldBeOfType<McpEvent<McpResyncEvent>>().Payload;
        (missed.Tools, missed.Prompts, missed.ResourceList, missed.Resources.Single()).ShouldBe((true, false, true, "demo://a"));
        (await server.CallAsync(Listen, 2)).Id.ShouldNotBe(server.Calls[0].Id);
        (await McpAsync(host)).Resyncs.ShouldBe(1);
        server.Asked.ShouldBe([Listen, Listen]);
    }

    [Theory]
    [InlineData(true, "the server ended the stream")]
    [InlineData(false, "the server closed the subscription without an answer")]
    public async Task Should_tell_the_graceful_end_from_a_loss(bool isGraceful, string reason)
    {
        await using var server = await FakeMcp.StartAsync(new ModernMcp());
        await using var host = await StartAsync(server);

        await NextAsync(Acknowledged);
        if (isGraceful)
            await server.Stream.MessageAsync($$"""{"jsonrpc":"2.0","id":{{server.Calls[0].Id}},"result":{"resultType":"complete"} }""");
        else
            server.Stream.End();
        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldBe(reason);
    }

    [Fact]
    public async Task Should_wait_longer_and_tell_once_what_may_be_missed_when_streams_end_at_once()
    {
        await using var server = await FakeMcp.StartAsync(new ModernMcp());
        var isSteady = false;
        server.Instead = async call =>
        {
            if (call.What != Listen || Volatile.Read(ref isSteady))
                return false;
            var stream = await server.GrantAsync(call);
            await stream.MessageAsync(call.Result("""{"resultType":"complete"}"""));
            return true;
        };
        await using var host = await StartAsync(server, o => o with { Jitter = 0, HealthyAfter = TimeSpan.FromSeconds(1) });

        for (var attempt = 1; attempt <= 5; attempt++)
        {
            var lost = await host.States.UntilAsync(ConnectionState.BackingOff);
            (lost.Attempt, lost.RetryIn).ShouldBe((attempt, TimeSpan.FromMilliseconds(10 << attempt)));
        }

        Volatile.Write(ref isSteady, true);
        await UntilAsync(McpResyncEvent.Type);
        await StatsHoldAsync(host, stats => stats.ConsecutiveReconnectAttempts.ShouldBe(0));
        (await McpAsync(host)).Resyncs.ShouldBe(1);
    }

    [Fact]
    public async Task Should_give_up_when_streams_end_at_once_for_ever()
    {
        await using var server = await FakeMcp.StartAsync(new ModernMcp());
        server.Instead = async call =>
        {
            (await server.GrantAsync(call)).End();
            return true;
        };
        await using var host = await StartAsync(server, o => o with { MaxReconnectAttempts = 3 });

        (await FailedAsync(host)).ShouldContain("gave up after 3");
        server.Count(Listen).ShouldBe(4);
        (await McpAsync(host)).Resyncs.ShouldBe(0);
    }

    [Fact]
    public async Task Should_tell_what_may_be_missed_before_the_first_event()
    {
        await using var server = await FakeMcp.StartAsync(new ModernMcp());
        await using var host = await StartAsync(server, o => o with { HealthyAfter = TimeSpan.FromMinutes(1) });
        for (var number = 1; number <= 3; number++)
        {
            await server.StreamAsync(number);
            await UntilAsync(Acknowledged);
            server.Drop();
        }

        await (await server.StreamAsync(4)).MessageAsync(ModernMcp.Notification("a"));
        await UntilAsync(McpResyncEvent.Type);
        await NextAsync("a");
    }

    [Fact]
    public async Task Should_read_anew_what_may_be_missed_when_it_is_told_to()
    {
        await using var server = await FakeMcp.StartAsync(new ModernMcp());
        await using var host = await StartAsync(server, o => o with { Mcp = new McpListenOptions { Resources = ["demo://größe"], ReadOnResync = true } });

        await NextAsync(Acknowledged);
        server.Drop();
        var read = new List<string>();
        while (read.Count < 7)
        {
            var received = await Events.NextAsync();
            read.Add($"{received.EventType} {(received.EventType is Acknowledged or McpResyncEvent.Type ? "" : received.Text)}".TrimEnd());
        }

        read.Remove(Acknowledged);
        read.ShouldBe(
        [
            "mcp.resync",
            """mcp.resource {"contents":[{"uri":"demo://a","text":"new"}]}""",
            """mcp.tools {"tools":[{"name":"one"}],"nextCursor":"more"}""",
            """mcp.tools {"tools":[{"name":"two"}]}""",
            """mcp.prompts {"prompts":[]}""",
            """mcp.resources {"resources":[]}""",
        ]);
        var resource = await server.CallAsync("resources/read");
        resource.Header("Mcp-Method").ShouldBe("resources/read");
        resource.Header("Mcp-Name").ShouldBe("=?base64?ZGVtbzovL2dyw7bDn2U=?=");
        resource.Params.GetProperty("_meta").GetProperty("io.modelcontextprotocol/protocolVersion").GetString().ShouldBe("2026-07-28");
    }

    [Fact]
    public async Task Should_go_on_when_one_thing_cannot_be_read_anew()
    {
        await using var server = await FakeMcp.StartAsync(new ModernMcp());
        server.Instead = async call =>
        {
            if (call.What == "resources/read")
                await call.ErrorAsync(404, -32002, "gone");
            return call.What == "resources/read";
        };
        await using var host = await StartAsync(server, o => o with
        {
            Mcp = new McpListenOptions { Resources = ["demo://a"], ReadOnResync = true, ToolsChanged = false, ResourcesChanged = false },
        });

        await NextAsync(Acknowledged);
        server.Drop();
        await UntilAsync("mcp.prompts");
        (await server.CallAsync("resources/read")).Header("Mcp-Name").ShouldBe("demo://a");
        await Overheard.UntilAsync("resources/read: error -32002: gone");
    }

    [Fact]
    public async Task Should_take_comments_for_life()
    {
        await using var server = await FakeMcp.StartAsync(new ModernMcp());
        await using var host = await StartAsync(server, o => o with { ReadTimeout = TimeSpan.FromSeconds(2), DeliverComments = true });

        await NextAsync(Acknowledged);
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(250));
        for (var i = 0; i < 10; i++)
        {
            await pace.WaitForNextTickAsync();
            await server.Stream.WriteAsync(": still here\n");
            await NextAsync(McpEvent.CommentType);
        }

        server.Count(Listen).ShouldBe(1);
        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldContain("read_timeout");
    }

    private Task<McpSseHost> StartAsync(FakeMcp server, Func<StreamOptions, StreamOptions>? configure = null) => ListenAsync(server.Url, "subscriptions", configure);
}

namespace McpSseActors.Tests.Mcp;

/// <summary>Streamable HTTP: how a session begins, is used and ends.</summary>
public sealed class StreamableHttpSpec : McpSpec
{
    private const string Transport = "streamable-http";
    private const string Changed = "notifications/tools/list_changed";

    private static readonly McpListenOptions Wishes = new() { LogLevel = "info", Resources = ["demo://a"] };

    [Fact]
    public async Task Should_say_all_that_the_standard_wants_when_a_session_begins()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using var host = await ListenAsync(server.Url, Transport, o => o with { AuthKey = "token", Mcp = Wishes });

        await server.CallAsync("resources/subscribe");
        server.Asked.ShouldBe(["initialize", "notifications/initialized", "GET", "logging/setLevel", "resources/subscribe"]);
        foreach (var call in server.Calls)
        {
            call.Header("Authorization").ShouldBe("Bearer token");
            call.Header("Accept").ShouldBe(call.HttpMethod == "GET" ? "text/event-stream" : "application/json, text/event-stream");
            call.Header("Content-Type").ShouldBe(call.HttpMethod == "GET" ? null : "application/json");
            var isFirst = call.What == "initialize";
            call.Header("Mcp-Session-Id").ShouldBe(isFirst ? null : "session-1");
            call.Header("MCP-Protocol-Version").ShouldBe(isFirst ? null : "2025-11-25");
            call.Header("Last-Event-ID").ShouldBeNull();
        }

        var asked = server.Calls[0].Params;
        asked.GetProperty("protocolVersion").GetString().ShouldBe("2025-11-25");
        asked.GetProperty("capabilities").GetRawText().ShouldBe("{}");
        asked.GetProperty("clientInfo").GetProperty("name").GetString().ShouldBe("McpSseActors");
        server.Calls[3].Params.GetProperty("level").GetString().ShouldBe("info");
        server.Calls[4].Params.GetProperty("uri").GetString().ShouldBe("demo://a");
    }

    [Fact]
    public async Task Should_show_what_was_agreed_on_when_it_listens()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp { Version = "2025-06-18" });
        await using var host = await ListenAsync(server.Url, Transport, o => o with { Mcp = Wishes });

        await StatsHoldAsync(host, stats => stats.Mcp!.Granted.ShouldBe(stats.Mcp.Requested));
        var mcp = await McpAsync(host);
        (mcp.Transport, mcp.ProtocolVersion, mcp.Server, mcp.Sessions, mcp.Resyncs).ShouldBe((Transport, "2025-06-18", "fake 1", 1, 0));
        (await server.CallAsync("GET")).Header("MCP-Protocol-Version").ShouldBe("2025-06-18");
    }

    [Fact]
    public async Task Should_begin_when_initialize_is_answered_by_an_event_stream()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        server.Instead = async call =>
        {
            if (call.What is not ("initialize" or "GET"))
            {
                await call.TextAsync(202);
                return true;
            }

            var stream = await call.StreamAsync();
            if (call.What == "GET")
            {
                await stream.OverAsync();
                return true;
            }

            await stream.WriteAsync("id: a-0\ndata:\n\n");
            await stream.MessageAsync("""{"jsonrpc":"2.0","method":"notifications/message","params":{"level":"info","data":"early"}}""");
            await stream.MessageAsync(call.Result("""{"protocolVersion":"2025-03-26","capabilities":{}}"""));
            await stream.OverAsync();
            return true;
        };
        await using var host = await ListenAsync(server.Url, Transport);

        (await NextAsync("notifications/message")).Text.ShouldContain("early");
        await server.CallAsync("GET");
        await StatsHoldAsync(host, stats => (stats.Mcp!.ProtocolVersion, stats.TotalEventsReceived, stats.Dropped.Count).ShouldBe(("2025-03-26", 1, 0)));
    }

    [Theory]
    [InlineData("\"{0}\"", "")]
    [InlineData("{0}.0", "")]
    [InlineData("{0}e0", "")]
    [InlineData("{0}", "\"error\":null,")]
    [InlineData("{0}", "\"method\":null,")]
    public async Task Should_recognise_answers_when_a_library_writes_them_its_own_way(string id, string more)
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        server.Instead = async call =>
        {
            switch (call.What)
            {
                case "initialize":
                    await call.TextAsync(200, Answer("""{"protocolVersion":"2025-11-25","capabilities":{"resources":{"subscribe":true} } }"""), "application/json");
                    return true;
                case "resources/subscribe":
                    await (await call.StreamAsync()).MessageAsync(Answer("{}"));
                    return true;
                case "GET":
                    await (await call.StreamAsync()).OverAsync();
                    return true;
                default:
                    await call.TextAsync(202);
                    return true;
            }

            string Answer(string result) => $$"""{{{more}}"jsonrpc":"2.0","id":{{id.Replace("{0}", call.Id, StringComparison.Ordinal)}},"result":{{result}}}""";
        };
        await using var host = await ListenAsync(server.Url, Transport, o => o with { Mcp = Wishes });

        await StatsHoldAsync(host, stats => stats.Mcp!.Granted.Resources.ShouldBe(["demo://a"]));
        server.Count("initialize").ShouldBe(1);
    }

    [Fact]
    public async Task Should_skip_a_byte_order_mark_before_JSON()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        server.Instead = async call =>
        {
            if (call.What == "initialize")
                await call.TextAsync(200, "\uFEFF" + call.Result("""{"protocolVersion":"2025-11-25","capabilities":{}}"""), "application/json");
            else if (call.What == "GET")
                await (await call.StreamAsync()).OverAsync();
            else
                await call.TextAsync(202);
            return true;
        };
        await using var host = await ListenAsync(server.Url, Transport);

        await host.States.UntilAsync(ConnectionState.Connected);
    }

    [Fact]
    public async Task Should_deliver_a_notification_whose_ID_is_null()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using var host = await ListenAsync(server.Url, Transport);

        await (await server.StreamAsync(1)).MessageAsync("""{"jsonrpc":"2.0","id":null,"method":"a","params":{"n":1}}""", "7");
        var received = await NextAsync("a");
        (received.Text, received.EventId).ShouldBe(("""{"n":1}""", "7"));
        server.Count("answer").ShouldBe(0);
    }

    [Theory]
    [InlineData(Transport, 400)]
    [InlineData(Transport, 404)]
    [InlineData(Transport, 405)]
    [InlineData(Transport, 410)]
    [InlineData("auto", 400)]
    public async Task Should_name_the_cause_and_stop_when_two_sessions_cannot_be_used(string transport, int status)
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        server.Instead = async call =>
        {
            if (call.What == "notifications/initialized")
                await call.TextAsync(status);
            return call.What == "notifications/initialized";
        };
        await using var host = await ListenAsync(server.Url, transport);

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldBe($"the session cannot be used: the server answered notifications/initialized with {status}");
        (await FailedAsync(host)).ShouldBe($"the session cannot be used: the server answered notifications/initialized with {status}, 2 times in a row");
        server.Asked.Where(what => what != "server/discover").ShouldBe(["initialize", "notifications/initialized", "initialize", "notifications/initialized"]);
    }

    [Fact]
    public async Task Should_go_on_when_only_the_first_session_cannot_be_used()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        server.Instead = async call =>
        {
            var isFirst = call.What == "notifications/initialized" && server.Count(call.What) == 1;
            if (isFirst)
                await call.TextAsync(400);
            return isFirst;
        };
        await using var host = await ListenAsync(server.Url, Transport);

        await host.States.UntilAsync(ConnectionState.Connected);
        (await server.CallAsync("GET")).Header("Mcp-Session-Id").ShouldBe("session-2");
    }

    [Fact]
    public async Task Should_accept_the_draft_of_the_oldest_revision()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp { Version = "2024-10-07" });
        await using var host = await ListenAsync(server.Url, Transport);

        await host.States.UntilAsync(ConnectionState.Connected);
        (await McpAsync(host)).ProtocolVersion.ShouldBe("2024-10-07");
    }

    [Fact]
    public async Task Should_refuse_a_revision_that_it_does_not_know()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp { Version = "2031-01-01" });
        await using var host = await ListenAsync(server.Url, Transport);

        (await FailedAsync(host)).ShouldContain("2031-01-01");
        server.Count("GET").ShouldBe(0);
    }

    [Theory]
    [InlineData(405)]
    [InlineData(501)]
    public async Task Should_fail_with_a_reason_when_the_server_offers_no_stream(int status)
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        server.Instead = async call =>
        {
            if (call.What == "GET")
                await call.TextAsync(status);
            return call.What == "GET";
        };
        await using var host = await ListenAsync(server.Url, Transport);

        (await FailedAsync(host)).ShouldContain("offers no event stream");
        server.Count("GET").ShouldBe(1);
    }

    [Fact]
    public async Task Should_deliver_a_batch_when_the_revision_has_them()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp { Version = "2025-03-26" });
        await using var host = await ListenAsync(server.Url, Transport);

        await (await server.StreamAsync(1)).MessageAsync(
            """[{"jsonrpc":"2.0","method":"a"},{"jsonrpc":"2.0","id":"p","method":"ping"},{"jsonrpc":"2.0","method":"b","params":{"n":1}}]""");
        (await NextAsync("a")).Text.ShouldBe("{}");
        (await NextAsync("b")).Text.ShouldBe("""{"n":1}""");
        (await server.CallAsync("answer")).Id.ShouldBe("\"p\"");
    }

    [Fact]
    public async Task Should_answer_requests_of_the_server()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using var host = await ListenAsync(server.Url, Transport);

        var stream = await server.StreamAsync(1);
        await stream.MessageAsync("""{"jsonrpc":"2.0","id":"p-1","method":"ping"}""");
        (await server.CallAsync("answer")).Json.GetRawText().ShouldBe("""{"jsonrpc":"2.0","id":"p-1","result":{}}""");
        await stream.MessageAsync("""{"jsonrpc":"2.0","id":7,"method":"sampling/createMessage","params":{}}""");
        (await server.CallAsync("answer", 2)).Json.GetRawText().ShouldBe("""{"jsonrpc":"2.0","id":7,"error":{"code":-32601,"message":"Method not found"}}""");
        await server.NotifyAsync(Changed);
        await NextAsync(Changed);
    }

    [Fact]
    public async Task Should_end_the_session_when_the_stream_is_stopped()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using var host = await ListenAsync(server.Url, Transport, o => o with { AuthKey = "token" });

        await server.StreamAsync(1);
        await host.States.UntilAsync(ConnectionState.Connected);
        await host.Client.StopAsync();
        await host.States.UntilAsync(ConnectionState.Stopped);
        var leave = await server.CallAsync("DELETE");
        leave.Header("Mcp-Session-Id").ShouldBe("session-1");
        leave.Header("Authorization").ShouldBe("Bearer token");

        await host.Client.StartAsync();
        await server.CallAsync("initialize", 2);
    }

    [Fact]
    public async Task Should_end_the_session_when_the_host_stops()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        var host = await ListenAsync(server.Url, Transport);

        await host.States.UntilAsync(ConnectionState.Connected);
        await host.DisposeAsync();
        server.Count("DELETE").ShouldBe(1);
    }

    [Fact]
    public async Task Should_stop_all_the_same_when_the_server_never_answers_the_leave()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        server.Instead = async call =>
        {
            if (call.What == "DELETE")
                await call.HangAsync();
            return call.What == "DELETE";
        };
        var host = await ListenAsync(server.Url, Transport);

        await host.States.UntilAsync(ConnectionState.Connected);
        await Within.LimitAsync(host.DisposeAsync().AsTask());
        server.Count("DELETE").ShouldBe(1);
        Overheard.Said.ShouldNotContain(line => line.Contains("shutdown_timeout", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_keep_the_session_when_the_stream_is_restarted()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using var host = await ListenAsync(server.Url, Transport);

        await server.StreamAsync(1);
        await server.NotifyAsync(Changed);
        await NextAsync(Changed);
        await host.Client.RestartAsync();
        (await server.CallAsync("GET", 2)).Header("Last-Event-ID").ShouldBe("1");
        server.Count("initialize").ShouldBe(1);
        server.Count("DELETE").ShouldBe(0);
    }
}

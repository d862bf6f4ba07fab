namespace McpSseActors.Tests.Mcp.Events;

/// <summary>What servers declare, what they list, and what each request says.</summary>
[Trait("Category", "McpEvents")]
public sealed class EventsNegotiationSpec : EventsSpec, IAsyncLifetime
{
    private const string Sketch = """{"events":{}}""";

    public Task InitializeAsync() => Server.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();

    [Theory]
    [InlineData("{}")]
    [InlineData("""{"extensions":{"io.modelcontextprotocol/events":true}}""")]
    [InlineData("""{"extensions":{"io.modelcontextprotocol/events":[]},"events":"yes"}""")]
    [InlineData("""{"experimental":{"events":{}}}""")]
    public async Task Should_ask_for_no_events_when_the_server_does_not_declare_them(string capabilities)
    {
        Server.Capabilities = capabilities;
        await using var host = await SubscribeAsync();

        (await FailedAsync(host)).ShouldBe("the server does not declare MCP Events");
        Server.Asked.ShouldBe(["server/discover"]);
    }

    [Fact]
    public async Task Should_subscribe_and_not_ask_for_list_changes_when_the_extension_is_all_that_is_declared()
    {
        await using var host = await SubscribeAsync();
        await (await Server.SubscribedAsync()).EventAsync("e1", "c1");

        await NextAreAsync("e1");
        Server.Asked.ShouldBe(["server/discover", "events/list", "events/stream"]);
        var mcp = await McpAsync(host);
        (mcp.Transport, mcp.ProtocolVersion).ShouldBe(("events", "2026-07-28"));
        mcp.TransportReason.ShouldBe("pushed; the server declares io.modelcontextprotocol/events");
        mcp.Requested.IsEmpty.ShouldBeTrue();
    }

    [Fact]
    public async Task Should_speak_the_sketch_when_only_the_capability_of_the_sketch_is_declared()
    {
        Server.Capabilities = Sketch;
        Server.Instead = async call =>
        {
            if (call.What == "events/stream")
                await call.ErrorAsync(200, -32012, "no access");
            return call.What == "events/stream";
        };
        await using var host = await SubscribeAsync();

        (await FailedAsync(host)).ShouldBe("the server refuses the subscription: error -32012: no access");
    }

    [Fact]
    public async Task Should_refuse_the_sketch_when_the_extension_is_wanted()
    {
        Server.Capabilities = Sketch;
        await using var host = await SubscribeAsync(o => o with { Event = o.Event with { Dialect = McpEventDialect.Sep } });

        (await FailedAsync(host)).ShouldBe("the server does not declare the extension io.modelcontextprotocol/events");
        Server.Asked.ShouldBe(["server/discover"]);
    }

    [Fact]
    public async Task Should_say_with_every_request_what_the_revision_wants()
    {
        Server.Capabilities = EventsMcp.TellsChanges;
        await using var host = await SubscribeAsync(o => o with { AuthKey = "token" });
        await Server.CallAsync("subscriptions/listen");

        Server.Asked.ShouldBe(["server/discover", "events/list", "events/stream", "subscriptions/listen"]);
        foreach (var call in Server.Calls)
        {
            call.Header("MCP-Protocol-Version").ShouldBe("2026-07-28");
            call.Header("Mcp-Method").ShouldBe(call.What);
            call.Header("Authorization").ShouldBe("Bearer token");
            call.Header("Accept").ShouldBe("application/json, text/event-stream");
            var meta = call.Params.GetProperty("_meta");
            meta.GetProperty("io.modelcontextprotocol/protocolVersion").GetString().ShouldBe("2026-07-28");
            meta.GetProperty("io.modelcontextprotocol/clientCapabilities").GetRawText().ShouldBe("""{"extensions":{"io.modelcontextprotocol/events":{}}}""");
        }

        Server.Calls[2].Header("Mcp-Name").ShouldBe(EventsMcp.Incident);
        Server.Calls[2].Params.GetProperty("arguments").GetRawText().ShouldBe("{}");
    }

    [Fact]
    public async Task Should_find_a_type_on_the_third_page_among_malformed_entries()
    {
        Server.Pages =
        [
            [EventsMcp.Type("a"), """{"delivery":["push"]}""", "3", """{"name":"b","delivery":null}""", """{"name":"\ud800","delivery":["push"]}"""],
            [EventsMcp.Type("c", more: ""","inputSchema":{"type":"object"},"payloadSchema":{"type":"object"},"extra":1""")],
            [EventsMcp.Type()],
        ];
        await using var host = await SubscribeAsync();
        await Server.SubscribedAsync();

        var types = await Within.LimitAsync(host.Client.GetEventTypesAsync());
        types.Types.Select(type => type.Name).ShouldBe(["a", "c", EventsMcp.Incident]);
        types.Types[0].Delivery.ShouldBe([McpEventDelivery.Push, McpEventDelivery.Poll]);
        types.Types[1].InputSchema!.Value.GetRawText().ShouldBe("""{"type":"object"}""");
        (types.Types[0].Description, types.Dialect).ShouldBe(("d", McpEventDialect.Sep));
    }

    [Fact]
    public async Task Should_end_the_pages_when_the_server_repeats_a_cursor()
    {
        Server.Instead = async call =>
        {
            if (call.What == "events/list")
                await call.ResultAsync($$"""{"events":[{{EventsMcp.Type()}}],"nextCursor":"same"}""");
            return call.What == "events/list";
        };
        await using var host = await SubscribeAsync();
        await Server.SubscribedAsync();

        Server.Count("events/list").ShouldBe(2);
    }

    [Fact]
    public async Task Should_name_a_type_that_is_not_listed()
    {
        Server.Pages = [[EventsMcp.Type("incident.create"), EventsMcp.Type("build.done")]];
        await using var host = await SubscribeAsync();

        (await FailedAsync(host)).ShouldBe("the server has no event type incident.created; did you mean incident.create?");
        Server.Count("events/stream").ShouldBe(0);
    }

    [Fact]
    public async Task Should_refuse_a_mode_that_the_type_does_not_offer()
    {
        Server.Pages = [[EventsMcp.Type(delivery: """["poll"]""")]];
        await using var host = await SubscribeAsync(o => o with { Event = o.Event with { Mode = McpEventMode.Push } });

        (await FailedAsync(host)).ShouldBe("the server does not offer the event type incident.created in the mode push, only as poll");
    }

    [Fact]
    public async Task Should_tell_how_to_receive_a_type_that_is_only_posted()
    {
        Server.Pages = [[EventsMcp.Type(delivery: """["webhook"]""")]];
        await using var host = await SubscribeAsync();

        (await FailedAsync(host)).ShouldBe(
            "the server does not offer the event type incident.created in the mode auto, only as webhook, which auto never chooses: "
            + "set event.mode = \"webhook\"");
    }

    [Fact]
    public async Task Should_poll_when_the_type_is_only_polled_and_the_mode_is_free()
    {
        Server.Pages = [[EventsMcp.Type(delivery: """["poll"]""")]];
        await using var host = await SubscribeAsync();
        await Server.CallAsync("events/poll");

        await host.States.UntilAsync(ConnectionState.Connected);
        (await McpAsync(host)).TransportReason.ShouldStartWith("polled");
        Server.Count("events/stream").ShouldBe(0);
    }

    [Fact]
    public async Task Should_ignore_modes_that_it_does_not_know()
    {
        Server.Pages = [[EventsMcp.Type(delivery: """["push","carrier-pigeon"]""")]];
        await using var host = await SubscribeAsync();

        await Server.SubscribedAsync();
    }

    [Theory]
    [InlineData("{}", "/severity is missing")]
    [InlineData("""{"severity":"P9"}""", "/severity must be one of \"P1\", \"P2\"")]
    [InlineData("""{"severity":1}""", "/severity must be a string, and is a number")]
    [InlineData("""{"severity":"P1","sevrity":"P1"}""", "/sevrity is unknown; did you mean severity?")]
    [InlineData("""{"severity":"P1","teams":["a",2]}""", "/teams/1 must be a string, and is a number")]
    [InlineData("""{"severity":"P1","most":0}""", "/most must be at least 1")]
    public async Task Should_say_where_arguments_are_wrong_and_what_would_be_right(string arguments, string fault)
    {
        const string Schema = """
            {"type":"object","required":["severity"],"additionalProperties":false,"$defs":{"team":{"type":"string"}},
            "properties":{"severity":{"type":"string","enum":["P1","P2"]},"teams":{"type":"array","items":{"$ref":"#/$defs/team"}},"most":{"type":"integer","minimum":1}}}
            """;
        Server.Pages = [[EventsMcp.Type(more: $",\"inputSchema\":{Schema.ReplaceLineEndings("")}")]];
        await using var host = await SubscribeAsync(o => o with { Event = o.Event with { Arguments = arguments } });

        (await FailedAsync(host)).ShouldBe($"event.arguments do not fit the event type incident.created: {fault}");
        Server.Count("events/stream").ShouldBe(0);
    }

    [Fact]
    public async Task Should_list_the_types_again_when_the_server_says_that_they_changed()
    {
        Server.Capabilities = EventsMcp.TellsChanges;
        await using var host = await SubscribeAsync();
        var listen = await Server.CallAsync("subscriptions/listen");
        listen.Params.GetProperty("notifications").GetRawText().ShouldBe("""{"eventsListChanged":true}""");
        await Eventually.HoldsAsync(() => Server.Listened.ShouldNotBeNull());
        await Server.Listened!.MessageAsync(ModernMcp.Notification("notifications/events/list_changed"));

        await Server.CallAsync("events/list", 2);
        await (await Server.SubscribedAsync()).EventAsync("e1", "c1");
        await NextAreAsync("e1");
    }

    [Fact]
    public async Task Should_not_list_without_a_pause_when_the_server_always_says_that_types_changed()
    {
        await using var host = await SubscribeAsync();
        var stream = await Server.SubscribedAsync();
        for (var n = 0; n < 50; n++)
            await stream.SendAsync("list_changed", "");
        await stream.EventAsync("e1", "c1");
        await NextAreAsync("e1");
        await Server.CallAsync("events/list", 2);
        await Eventually.HoldsAsync(() => Time.Next.ShouldBe(TimeSpan.FromSeconds(1)));
        await stream.SendAsync("list_changed", "");
        await stream.EventAsync("e2", "c2");
        await NextAreAsync("e2");
        Server.Count("events/list").ShouldBe(2);

        Time.Advance(1);

        await Server.CallAsync("events/list", 3);
    }

    [Fact]
    public async Task Should_go_on_and_list_again_with_the_next_connection_when_the_server_will_not_tell_changes()
    {
        Server.Capabilities = EventsMcp.TellsChanges;
        Server.Grants = "{}";
        await using var host = await SubscribeAsync();
        await Server.CallAsync("subscriptions/listen");
        await Eventually.HoldsAsync(() => Server.Listened.ShouldNotBeNull());
        Server.Listened!.End();
        await (await Server.SubscribedAsync()).EventAsync("e1", "c1");
        await NextAreAsync("e1");
        (Server.Count("subscriptions/listen"), Server.Count("events/list")).ShouldBe((1, 1));
        Server.Drop();

        await Server.SubscribedAsync(2);
        Server.Count("events/list").ShouldBe(2);
    }

    [Fact]
    public async Task Should_say_why_the_types_of_a_server_are_unknown()
    {
        await using var host = await SubscribeAsync();
        await Server.SubscribedAsync();
        Server.Capabilities = "{}";

        (await Should.ThrowAsync<InvalidOperationException>(() => Within.LimitAsync(host.Client.GetEventTypesAsync())))
            .Message.ShouldBe("The event types of stream s are unknown: the server does not declare MCP Events");
    }

    [Theory]
    [InlineData(401, "the server answered 401 Unauthorized: the credentials are missing or wrong; check auth_key")]
    [InlineData(503, "the server answered 503 Service Unavailable")]
    public async Task Should_say_what_to_check_when_the_server_refuses_to_list(int status, string reason)
    {
        await using var host = await SubscribeAsync();
        await Server.SubscribedAsync();
        Server.Instead = async call =>
        {
            await call.TextAsync(status);
            return true;
        };

        (await Should.ThrowAsync<InvalidOperationException>(() => Within.LimitAsync(host.Client.GetEventTypesAsync())))
            .Message.ShouldBe($"The event types of stream s are unknown: {reason}");
    }
}

using McpSseActors.TestServer.Demo;
using McpSseActors.TestServer.Events;

namespace McpSseActors.Tests.Cli.Demo;

/// <summary>The server of MCP events does what the extension says.</summary>
public sealed class EventsServerSpec
{
    private const string Active = "notifications/events/active";
    private const string Event = "notifications/events/event";
    private const string Heartbeat = "notifications/events/heartbeat";
    private const string P1 = "\"name\":\"incident.created\",\"arguments\":{\"severity\":\"P1\"}";

    private static readonly EventsServerOptions Options = new() { Epoch = "e" };

    [Theory]
    [InlineData(EventsDeclaration.Extension, """{"extensions":{"io.modelcontextprotocol/events":{"listChanged":true}}}""")]
    [InlineData(EventsDeclaration.TopLevel, """{"extensions":{},"events":{"listChanged":true}}""")]
    [InlineData(EventsDeclaration.None, """{"extensions":{}}""")]
    public async Task Should_declare_events_in_the_form_that_it_was_told(EventsDeclaration declaration, string capabilities)
    {
        await using var server = await EventsServer.StartAsync(Options with { Declaration = declaration });
        using var caller = new EventsCaller(server.Url);

        var result = (await caller.CallAsync("server/discover")).GetProperty("result");

        result.GetProperty("capabilities").GetRawText().ShouldBe(capabilities);
        result.GetProperty("supportedVersions")[0].GetString().ShouldBe("2026-07-28");
    }

    [Fact]
    public async Task Should_list_its_types_in_pages()
    {
        await using var server = await EventsServer.StartAsync(Options with { PageSize = 2 });
        using var caller = new EventsCaller(server.Url);

        var first = (await caller.CallAsync("events/list")).GetProperty("result");
        var second = (await caller.CallAsync("events/list", $"\"cursor\":{first.GetProperty("nextCursor").GetRawText()}")).GetProperty("result");

        first.GetProperty("events").EnumerateArray().Select(type => type.GetProperty("name").GetString()).ShouldBe(["incident.created", "deploy.finished"]);
        second.GetProperty("events").EnumerateArray().Select(type => type.GetProperty("name").GetString()).ShouldBe(["oncall.typing"]);
        second.TryGetProperty("nextCursor", out _).ShouldBeFalse();
    }

    [Fact]
    public async Task Should_stream_what_the_arguments_ask_for_and_replay_it_by_cursor()
    {
        await using var server = await EventsServer.StartAsync(Options);
        using var caller = new EventsCaller(server.Url);
        var stream = await caller.StreamAsync("events/stream", $"{P1},\"cursor\":null");
        var active = await stream.NextAsync(Active);
        active.GetProperty("cursor").GetString().ShouldBe("e.0");
        active.GetProperty("truncated").GetBoolean().ShouldBeFalse();

        server.Publish("incident.created", """{"severity":"P1","n":1}""");
        server.Publish("incident.created", """{"severity":"P2","n":2}""");
        server.Publish("deploy.finished", """{"severity":"P1","n":3}""");
        server.Publish("incident.created", """{"severity":"P1","n":4}""");

        var first = await stream.NextAsync(Event);
        first.GetProperty("eventId").GetString().ShouldBe("e-1");
        first.GetProperty("name").GetString().ShouldBe("incident.created");
        first.GetProperty("data").GetProperty("n").GetInt32().ShouldBe(1);
        first.GetProperty("timestamp").GetDateTimeOffset().ShouldBeGreaterThan(DateTimeOffset.UnixEpoch);
        (await stream.NextAsync(Event)).GetProperty("cursor").GetString().ShouldBe("e.4");
        var again = await caller.StreamAsync("events/stream", $"{P1},\"cursor\":\"e.1\"");
        (await again.NextAsync(Active)).GetProperty("truncated").GetBoolean().ShouldBeFalse();
        (await again.NextAsync(Event)).GetProperty("eventId").GetString().ShouldBe("e-4");
    }

    [Theory]
    [InlineData("other.9")]
    [InlineData("e.99")]
    [InlineData("e.0")]
    [InlineData("nonsense")]
    public async Task Should_go_on_with_the_oldest_event_and_say_so_when_it_does_not_keep_a_cursor(string cursor)
    {
        await using var server = await EventsServer.StartAsync(Options with { ReplayBuffer = 2 });
        using var caller = new EventsCaller(server.Url);
        for (var number = 1; number <= 5; number++)
            server.Publish("incident.created", """{"severity":"P1"}""");

        var stream = await caller.StreamAsync("events/stream", $"{P1},\"cursor\":\"{cursor}\"");

        var active = await stream.NextAsync(Active);
        active.GetProperty("truncated").GetBoolean().ShouldBeTrue();
        active.GetProperty("cursor").GetString().ShouldBe("e.3");
        (await stream.NextAsync(Event)).GetProperty("eventId").GetString().ShouldBe("e-4");
    }

    [Fact]
    public async Task Should_send_heartbeats_with_the_position_past_events_that_nobody_asked_for()
    {
        await using var server = await EventsServer.StartAsync(Options with { Heartbeat = TimeSpan.FromMilliseconds(50) });
        using var caller = new EventsCaller(server.Url);
        var stream = await caller.StreamAsync("events/stream", $"{P1},\"cursor\":null");
        await stream.NextAsync(Active);
        server.Publish("incident.created", """{"severity":"P2"}""");

        var cursors = new List<string?>();
        while (cursors is not [.., "e.1"])
            cursors.Add((await stream.NextAsync(Heartbeat)).GetProperty("cursor").GetString());

        cursors.Distinct().ShouldBeSubsetOf(["e.0", "e.1"]);
    }

    [Fact]
    public async Task Should_never_give_a_cursor_when_a_type_cannot_be_replayed()
    {
        await using var server = await EventsServer.StartAsync(Options with { Heartbeat = TimeSpan.FromMilliseconds(50) });
        using var caller = new EventsCaller(server.Url);
        server.Publish("oncall.typing", """{"user":"alice"}""");

        var stream = await caller.StreamAsync("events/stream", "\"name\":\"oncall.typing\",\"arguments\":{},\"cursor\":\"e.0\"");

        (await stream.NextAsync(Active)).GetProperty("cursor").ValueKind.ShouldBe(JsonValueKind.Null);
        (await stream.NextAsync(Heartbeat)).GetProperty("cursor").ValueKind.ShouldBe(JsonValueKind.Null);
        server.Publish("oncall.typing", """{"user":"bruno"}""");
        var received = await stream.NextAsync(Event);
        received.GetProperty("data").GetProperty("user").GetString().ShouldBe("bruno");
        received.GetProperty("cursor").ValueKind.ShouldBe(JsonValueKind.Null);
    }

    [Fact]
    public async Task Should_answer_polls_with_what_is_new()
    {
        await using var server = await EventsServer.StartAsync(Options with { MostPerPoll = 2 });
        using var caller = new EventsCaller(server.Url);
        var start = await PollAsync("null");
        start.GetProperty("events").GetArrayLength().ShouldBe(0);
        for (var number = 1; number <= 3; number++)
            server.Publish("incident.created", $$"""{"severity":"P1","n":{{number}}}""");

        var first = await PollAsync(start.GetProperty("cursor").GetRawText());
        var second = await PollAsync(first.GetProperty("cursor").GetRawText());

        Numbers(first).ShouldBe([1, 2]);
        first.GetProperty("hasMore").GetBoolean().ShouldBeTrue();
        Numbers(second).ShouldBe([3]);
        second.GetProperty("hasMore").GetBoolean().ShouldBeFalse();
        second.GetProperty("nextPollMs").GetInt32().ShouldBe(2000);
        second.GetProperty("truncated").GetBoolean().ShouldBeFalse();
        (await PollAsync("\"other.1\"")).GetProperty("truncated").GetBoolean().ShouldBeTrue();

        async Task<JsonElement> PollAsync(string cursor) => (await caller.CallAsync("events/poll", $"{P1},\"cursor\":{cursor}")).GetProperty("result");

        static IEnumerable<int> Numbers(JsonElement result) => result.GetProperty("events").EnumerateArray().Select(each => each.GetProperty("data").GetProperty("n").GetInt32());
    }

    [Theory]
    [InlineData("events/stream", "\"name\":\"nothing\"", EventsDeclaration.Extension, -32023)]
    [InlineData("events/stream", "\"name\":\"nothing\"", EventsDeclaration.TopLevel, -32011)]
    [InlineData("events/poll", "\"name\":\"oncall.typing\"", EventsDeclaration.Extension, -32026)]
    [InlineData("events/poll", "\"name\":\"oncall.typing\"", EventsDeclaration.TopLevel, -32014)]
    [InlineData("events/stream", "\"name\":\"deploy.finished\"", EventsDeclaration.Extension, -32602)]
    [InlineData("events/stream", "\"name\":\"deploy.finished\",\"arguments\":{\"environment\":\"moon\"}", EventsDeclaration.Extension, -32602)]
    [InlineData("events/stream", "\"name\":\"oncall.typing\",\"arguments\":{\"user\":\"alice\"}", EventsDeclaration.Extension, -32602)]
    [InlineData("tools/list", "", EventsDeclaration.Extension, -32601)]
    public async Task Should_refuse_what_it_does_not_have(string method, string members, EventsDeclaration declaration, int code)
    {
        await using var server = await EventsServer.StartAsync(Options with { Declaration = declaration });
        using var caller = new EventsCaller(server.Url);

        (await caller.CallAsync(method, members)).GetProperty("error").GetProperty("code").GetInt32().ShouldBe(code);
    }

    [Fact]
    public async Task Should_warn_and_end_streams_when_it_is_told_to()
    {
        await using var server = await EventsServer.StartAsync(Options);
        using var caller = new EventsCaller(server.Url);
        var one = await OpenAsync();
        server.Warn("incident.created", -32603, "the database is slow");
        (await one.NextAsync("notifications/events/error")).GetProperty("error").GetProperty("message").GetString().ShouldBe("the database is slow");
        server.Terminate("incident.created", -32024, "Forbidden");
        (await one.NextAsync("notifications/events/terminated")).GetProperty("error").GetProperty("code").GetInt32().ShouldBe(-32024);
        await one.EndAsync();

        var two = await OpenAsync();
        server.EndStreams();
        await two.EndAsync();
        var three = await OpenAsync();
        server.CutStreams();
        await three.BreakAsync();

        async Task<EventsStream> OpenAsync()
        {
            var stream = await caller.StreamAsync("events/stream", $"{P1},\"cursor\":null");
            await stream.NextAsync(Active);
            return stream;
        }
    }

    [Fact]
    public async Task Should_tell_of_another_list_and_end_what_is_not_in_it()
    {
        await using var server = await EventsServer.StartAsync(Options);
        using var caller = new EventsCaller(server.Url);
        var listen = await caller.StreamAsync("subscriptions/listen", "\"notifications\":{\"eventsListChanged\":true,\"toolsListChanged\":true}");
        (await listen.NextAsync("notifications/subscriptions/acknowledged")).GetProperty("notifications").GetRawText().ShouldBe("""{"eventsListChanged":true}""");
        var stream = await caller.StreamAsync("events/stream", $"{P1},\"cursor\":null");
        await stream.NextAsync(Active);

        server.SetTypes(new ServedEventType("other"));

        await listen.NextAsync("notifications/events/list_changed");
        (await stream.NextAsync("notifications/events/terminated")).GetProperty("error").GetProperty("data").GetProperty("kind").GetString().ShouldBe("event");
        await stream.EndAsync();
        (await caller.CallAsync("events/list")).GetProperty("result").GetProperty("events")[0].GetProperty("name").GetString().ShouldBe("other");
    }

    [Fact]
    public async Task Should_lose_nothing_over_cut_streams_when_the_client_comes_back_with_the_last_cursor()
    {
        await using var server = await EventsServer.StartAsync(Options with { Drops = DropPlan.Every(7), Rate = 500 });
        using var caller = new EventsCaller(server.Url);
        var cursor = "null";
        var numbers = new List<long>();
        while (numbers.Count < 40)
        {
            var stream = await caller.StreamAsync("events/stream", $"\"name\":\"incident.created\",\"arguments\":{{}},\"cursor\":{cursor}");
            var active = await stream.NextAsync(Active);
            cursor = cursor == "null" ? active.GetProperty("cursor").GetRawText() : cursor;
            for (var received = 0; received < 7; received++)
            {
                var each = await stream.NextAsync(Event);
                numbers.Add(each.GetProperty("data").GetProperty("number").GetInt64());
                cursor = each.GetProperty("cursor").GetRawText();
            }

            await stream.BreakAsync();
        }

        // Of five events in a row, three are incidents.
        numbers.ShouldBe(Enumerable.Range((int)numbers[0], 1000).Select(number => (long)number).Where(number => number % 5 is 1 or 3 or 4).Take(numbers.Count));
    }
}

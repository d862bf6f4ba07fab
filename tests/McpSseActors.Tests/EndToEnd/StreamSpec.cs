namespace McpSseActors.Tests.EndToEnd;

/// <summary>A stream from the socket to the handlers, in a host as users build it.</summary>
public sealed class StreamSpec
{
    private readonly ReceivedEvents _received = new();

    [Fact]
    public async Task Should_hand_events_to_the_handlers_of_their_type_when_the_server_sends_them()
    {
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            await exchange.WriteAsync("""
                id: 1
                event: chat.message
                data: {"text":"hello"}

                event: user.login
                data: {"user":"ada"}

                data: plain


                """.ReplaceLineEndings("\n"));
            await exchange.StayAsync();
        });
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), Streams.Quick)
            .AddHandler("chat.*", _received.Collect));

        var chat = await _received.NextAsync();
        chat.EventType.ShouldBe("chat.message");
        chat.EventId.ShouldBe("1");
        chat.Data.GetProperty("text").GetString().ShouldBe("hello");
        await Eventually.HoldsAsync(async () =>
        {
            var stats = await host.Client.GetStatsAsync();
            stats.IsConnected.ShouldBeTrue();
            stats.TotalEventsReceived.ShouldBe(3);
            stats.Dispatched.ShouldBe(1);
            stats.Unhandled.ShouldBe(2);
            stats.InFlight.ShouldBe(0);
            stats.LastEventId.ShouldBe("1");
            stats.EventsByType["user.login"].ShouldBe(1);
        });
    }

    [Fact]
    public async Task Should_resume_after_the_last_event_when_the_connection_breaks()
    {
        await using var server = new ScriptedServer(
            Script.SendsAndResets("retry: 20\nid: 1\ndata: a\n\nid: 2\ndata: b\n\nid: 3\ndata: cut"),
            Script.Sends("id: 2\ndata: b\n\nid: 3\ndata: c\n\n"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), Streams.Quick)
            .AddHandler(_received.Collect));

        (await _received.NextAsync()).Text.ShouldBe("a");
        (await _received.NextAsync()).Text.ShouldBe("b");
        (await _received.NextAsync()).Text.ShouldBe("c");
        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBeNull();
        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBe("2");
        (await host.States.UntilAsync(ConnectionState.BackingOff)).Attempt.ShouldBe(1);
        await host.States.UntilAsync(ConnectionState.Connected);
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).Dropped["duplicate"].ShouldBe(1));
    }

    [Theory]
    [InlineData(true, new[] { "before", "event", "after" })]
    [InlineData(false, new[] { "event" })]
    public async Task Should_deliver_comments_in_order_with_the_events_when_asked_to(bool deliver, string[] expected)
    {
        await using var server = new ScriptedServer(Script.Sends(":before\ndata: event\n\n:after\n"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { DeliverComments = deliver })
            .AddHandler(_received.Collect));

        var texts = new List<string>();
        while (texts.Count < expected.Length)
            texts.Add((await _received.NextAsync()).Text);
        texts.ShouldBe(expected);
        await Eventually.HoldsAsync(async () =>
        {
            var stats = await host.Client.GetStatsAsync();
            stats.Comments.ShouldBe(2);
            stats.TotalEventsReceived.ShouldBe(1);
        });
    }
}

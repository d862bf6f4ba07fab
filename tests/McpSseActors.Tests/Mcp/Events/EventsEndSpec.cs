namespace McpSseActors.Tests.Mcp.Events;

/// <summary>What follows when a server refuses a subscription, or ends it.</summary>
[Trait("Category", "McpEvents")]
public sealed class EventsEndSpec : EventsSpec, IAsyncLifetime
{
    private const string Gone = """{"code":-32023,"message":"gone","data":{"kind":"event"}}""";
    private const string Changed = """{"code":-32026,"message":"changed","data":{"reason":"schema_changed","feature":"payloadSchema"}}""";

    public Task InitializeAsync() => Server.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();

    [Fact]
    public async Task Should_go_on_when_the_server_reports_a_fault()
    {
        await using var host = await SubscribeAsync();
        var stream = await Server.SubscribedAsync();
        await stream.SendAsync("error", """ "error":{"code":-32603,"message":"upstream is slow"} """);
        await stream.EventAsync("e1", "c1");

        await NextAreAsync("e1");
        await Overheard.UntilAsync("the server reports a fault, and goes on: error -32603: upstream is slow");
        Server.Subscriptions.ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"code":-32024,"message":"no access"}""", "error -32024: no access")]
    [InlineData("""{"code":-32603,"message":"other"}""", "error -32603: other")]
    [InlineData("""{"code":"x","message":"\ud800"}""", "error: no message")]
    public async Task Should_stop_when_the_server_ends_the_subscription_for_good(string error, string reason)
    {
        await using var host = await SubscribeAsync();
        await (await Server.SubscribedAsync()).TerminatedAsync(error);

        (await FailedAsync(host)).ShouldBe($"the server ended the subscription: {reason}");
        Server.Subscriptions.ShouldBe(1);
    }

    [Theory]
    [InlineData("""{"reason":"x"}""")]
    [InlineData("""{"code":-32023,"message":"flat"}""")]
    [InlineData("{}")]
    [InlineData("[1]")]
    [InlineData("""{"error":"gone"}""")]
    public async Task Should_stop_when_the_end_has_another_form(string parameters)
    {
        await using var host = await SubscribeAsync();
        await (await Server.SubscribedAsync()).Stream.MessageAsync(ModernMcp.Notification("notifications/events/terminated", parameters));

        (await FailedAsync(host)).ShouldBe("the server ended the subscription: it gives no reason");
        Server.Subscriptions.ShouldBe(1);
    }

    [Fact]
    public async Task Should_stop_when_the_type_is_gone_and_no_longer_listed()
    {
        await using var host = await SubscribeAsync();
        var stream = await Server.SubscribedAsync();
        Server.Pages = [[EventsMcp.Type("other")]];
        await stream.TerminatedAsync(Gone);

        (await FailedAsync(host)).ShouldBe("the server has no event type incident.created; it has other");
        (Server.Subscriptions, Server.Count("events/list")).ShouldBe((1, 2));
    }

    [Theory]
    [InlineData(Gone)]
    [InlineData(Changed)]
    public async Task Should_list_and_subscribe_again_when_the_type_changed_or_is_back(string error)
    {
        await using var host = await SubscribeAsync();
        var stream = await Server.SubscribedAsync();
        await stream.EventAsync("e1", "c1");
        await NextAreAsync("e1");
        await stream.TerminatedAsync(error);

        (await Server.SubscribedAsync(2)).Cursor.ShouldBe("\"c1\"");
        Server.Count("events/list").ShouldBe(2);
    }

    [Fact]
    public async Task Should_reopen_when_the_server_ends_the_stream_in_good_order()
    {
        await using var host = await SubscribeAsync();
        var stream = await Server.SubscribedAsync();
        await stream.EventAsync("e1", "c1");
        await NextAreAsync("e1");
        await stream.CompleteAsync();

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldBe("the server ended the stream");
        (await Server.SubscribedAsync(2)).Cursor.ShouldBe("\"c1\"");
    }

    [Fact]
    public async Task Should_not_reopen_when_the_end_in_good_order_follows_the_end_of_the_subscription()
    {
        await using var host = await SubscribeAsync();
        var stream = await Server.SubscribedAsync();
        await stream.Stream.WriteAsync(
            $"data: {stream.Frame("terminated", """ "error":{"code":-32024,"message":"no"} """)}\n\ndata: {stream.Call.Result()}\n\ndata: {stream.Frame("event", EventsMcp.Event("late"))}\n\n");

        await FailedAsync(host);
        (Server.Subscriptions, Events.Waiting).ShouldBe((1, 0));
    }

    [Fact]
    public async Task Should_reopen_when_the_stream_ends_without_an_answer()
    {
        await using var host = await SubscribeAsync();
        var stream = await Server.SubscribedAsync();
        await stream.EventAsync("e1", "c1");
        await NextAreAsync("e1");
        stream.Stream.End();

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldBe("the server closed the stream without an answer");
        (await Server.SubscribedAsync(2)).Cursor.ShouldBe("\"c1\"");
    }

    [Theory]
    [InlineData(EventsMcp.Extension, -32023, false)]
    [InlineData(EventsMcp.Extension, -32023, true)]
    [InlineData("""{"events":{}}""", -32011, false)]
    [InlineData(EventsMcp.Extension, -32602, false)]
    public async Task Should_list_again_and_stop_when_the_type_is_not_found(string capabilities, int code, bool isStream)
    {
        Server.Capabilities = capabilities;
        Refuse(code, isStream, data: """{"kind":"event"}""", then: () => Server.Pages = [[]]);
        await using var host = await SubscribeAsync();

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldBe($"the server refuses the subscription: error {code}: no");
        (await FailedAsync(host)).ShouldBe("the server has no event type incident.created; it has none");
        (Server.Count("events/stream"), Server.Count("events/list")).ShouldBe((1, 2));
    }

    [Theory]
    [InlineData(-32024, false, "the server refuses the subscription: error -32024: no")]
    [InlineData(-32024, true, "the server refuses the subscription: error -32024: no")]
    [InlineData(-32602, false, "the server refuses the subscription: error -32602: no; check event.arguments")]
    [InlineData(-32020, false, "the server refuses the subscription: error -32020: no")]
    [InlineData(-32601, false, "the server has no MCP Events: error -32601: no")]
    [InlineData(-32601, true, "the server has no MCP Events: error -32601: no")]
    public async Task Should_stop_when_another_attempt_cannot_succeed(int code, bool isStream, string reason)
    {
        Refuse(code, isStream, status: code is -32601 ? 404 : code is -32020 ? 400 : 200);
        await using var host = await SubscribeAsync(o => o with { Event = o.Event with { Mode = McpEventMode.Push } });

        (await FailedAsync(host)).ShouldBe(reason);
        Server.Count("events/stream").ShouldBe(1);
    }

    [Theory]
    [InlineData(-32025, false)]
    [InlineData(-32603, false)]
    [InlineData(-32603, true)]
    [InlineData(-32001, false)]
    public async Task Should_try_again_with_growing_delays_when_the_refusal_may_go_away(int code, bool isStream)
    {
        Refuse(code, isStream, times: 3);
        await using var host = await SubscribeAsync(o => o with { Jitter = 0, Event = o.Event with { Mode = McpEventMode.Push } });

        var delays = new List<double>();
        for (var n = 0; n < 3; n++)
            delays.Add((await host.States.UntilAsync(ConnectionState.BackingOff)).RetryIn!.Value.TotalMilliseconds);
        delays.ShouldBe([20, 40, 80]);
        await Server.SubscribedAsync();
        await host.States.UntilAsync(ConnectionState.Connected);
    }

    [Fact]
    public async Task Should_poll_when_the_server_takes_no_more_streams()
    {
        Refuse(-32025);
        Server.OnPoll = call => call.ResultAsync(EventsMcp.Polled("\"c1\"", $"{{{EventsMcp.Event("e1")}}}"));
        await using var host = await SubscribeAsync();

        await NextAreAsync("e1");
        await StatsHoldAsync(host, stats => stats.Mcp!.TransportReason.ShouldStartWith("polled"));
    }

    [Fact]
    public async Task Should_grow_the_delay_when_the_server_confirms_and_then_ends_each_time()
    {
        Server.OnSubscribed = async stream =>
        {
            await stream.ActiveAsync("c0");
            await stream.CompleteAsync();
        };
        await using var host = await SubscribeAsync(o => o with { Jitter = 0 });

        foreach (var delay in new[] { 20, 40, 80 })
            (await host.States.UntilAsync(ConnectionState.BackingOff)).RetryIn!.Value.TotalMilliseconds.ShouldBe(delay);
    }

    [Fact]
    public async Task Should_start_over_with_short_delays_when_a_heartbeat_has_come()
    {
        var isHealthy = false;
        Server.OnSubscribed = async stream =>
        {
            await stream.ActiveAsync("c0");
            if (isHealthy)
                await stream.HeartbeatAsync("h1");
            await stream.CompleteAsync();
        };
        await using var host = await SubscribeAsync(o => o with { Jitter = 0 });
        foreach (var delay in new[] { 20, 40 })
            (await host.States.UntilAsync(ConnectionState.BackingOff)).RetryIn!.Value.TotalMilliseconds.ShouldBe(delay);
        isHealthy = true;

        (await host.States.UntilAsync(ConnectionState.BackingOff)).RetryIn!.Value.TotalMilliseconds.ShouldBe(20);
    }

    [Fact]
    public async Task Should_wait_as_long_as_an_overloaded_server_asks_and_then_resume()
    {
        var refusals = 2;
        Server.Instead = async call =>
        {
            var isRefused = call.What == "events/stream" && refusals-- > 0;
            if (isRefused)
                await call.TextAsync(503, "busy", "text/plain", ("Retry-After", "3"));
            return isRefused;
        };
        await using var host = await SubscribeAsync(o => o with { InitialLastEventId = "c1" });

        for (var n = 0; n < 2; n++)
        {
            (await host.States.UntilAsync(ConnectionState.BackingOff)).RetryIn!.Value.TotalSeconds.ShouldBeGreaterThanOrEqualTo(3);
            await host.Client.RestartAsync();
        }

        (await Server.SubscribedAsync()).Cursor.ShouldBe("\"c1\"");
    }

    [Fact]
    public async Task Should_resume_with_a_new_token_when_the_old_one_is_refused()
    {
        var token = "first";
        Server.Instead = async call =>
        {
            var isRefused = call.Header("Authorization") != $"Bearer {token}";
            if (isRefused)
                await call.TextAsync(401, "", "text/plain", ("WWW-Authenticate", "Bearer"));
            return isRefused;
        };
        var asked = new ConcurrentQueue<bool>();
        await using var host = await SubscribeAsync(o => o with
        {
            Credentials = (context, _) =>
            {
                asked.Enqueue(context.WasRefused);
                return ValueTask.FromResult<string?>(context.WasRefused ? token : "first");
            },
        });
        await (await Server.SubscribedAsync()).EventAsync("e1", "c1");
        await NextAreAsync("e1");
        token = "second";
        Server.Drop();

        (await Server.SubscribedAsync(2)).Cursor.ShouldBe("\"c1\"");
        Server.Count("events/stream").ShouldBe(3);
    }

    [Fact]
    public async Task Should_show_nothing_of_a_server_that_a_terminal_acts_on()
    {
        Server.Pages = [[EventsMcp.Type("\\u001b[31mred", delivery: """["push"]""")]];
        Refuse(-32024, message: "\\u001b[2J\\u0007no");
        await using var host = await SubscribeAsync(o => o with { Event = o.Event with { Name = "x" } });
        (await FailedAsync(host)).Any(char.IsControl).ShouldBeFalse();
        Server.Pages = [[EventsMcp.Type()]];

        await host.Client.AddStreamAsync(Subscribing(Streams.Quick(new StreamOptions { Enabled = true, ServerUrl = Server.Url })) with { Name = "other" });
        (await FailedAsync(host)).Any(char.IsControl).ShouldBeFalse();
        await Overheard.CaughtUpAsync();
        Overheard.Said.ShouldAllBe(line => !line.Any(char.IsControl));
    }

    private void Refuse(int code, bool isStream = false, int status = 200, string data = "null", int times = 1, Action? then = null, string message = "no")
    {
        Server.Instead = async call =>
        {
            if (call.What != "events/stream" || times-- <= 0)
                return false;
            var error = call.Error(code, message, data);
            if (isStream)
                await call.TextAsync(status, $"event: message\ndata: {error}\n\n", "text/event-stream");
            else
                await call.JsonAsync(error, status);
            then?.Invoke();
            return true;
        };
    }
}

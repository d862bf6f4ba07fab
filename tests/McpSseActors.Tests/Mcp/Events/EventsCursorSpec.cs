namespace McpSseActors.Tests.Mcp.Events;

/// <summary>Where a subscription goes on, which events are repeats, and which may be missing.</summary>
[Trait("Category", "McpEvents")]
public sealed class EventsCursorSpec : EventsSpec, IAsyncLifetime
{
    public Task InitializeAsync() => Server.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();

    [Fact]
    public async Task Should_resume_with_the_cursor_of_the_confirmation_when_no_event_came()
    {
        await using var host = await SubscribeAsync();
        (await Server.SubscribedAsync()).Cursor.ShouldBe("null");
        await AtAsync(host, "c0");
        Server.Drop();

        (await Server.SubscribedAsync(2)).Cursor.ShouldBe("\"c0\"");
    }

    [Fact]
    public async Task Should_resume_with_the_cursor_of_the_last_event_and_deliver_each_once_in_order()
    {
        await using var host = await SubscribeAsync();
        var first = await Server.SubscribedAsync();
        foreach (var n in new[] { 1, 2, 3 })
            await first.EventAsync($"e{n}", $"c{n}", $$"""{"n":{{n}}}""");
        await NextAreAsync("e1", "e2", "e3");
        Server.OnSubscribed = async second =>
        {
            await second.ActiveAsync("head");
            await second.EventAsync("e4", "c4");
        };
        Server.Drop();

        var next = await Events.NextAsync();
        (next.EventId, next.EventType, next.LastEventId, next.OccurredAt).ShouldBe(("e4", EventsMcp.Incident, "c4", "2026-11-28T12:00:00Z"));
        (await Server.SubscribedAsync(2)).Cursor.ShouldBe("\"c3\"");
    }

    [Fact]
    public async Task Should_deliver_events_once_and_move_on_when_the_server_repeats_them_after_a_resume()
    {
        await using var host = await SubscribeAsync();
        var first = await Server.SubscribedAsync();
        foreach (var n in new[] { 1, 2, 3 })
            await first.EventAsync($"e{n}", $"c{n}");
        await NextAreAsync("e1", "e2", "e3");
        Server.OnSubscribed = async second =>
        {
            await second.ActiveAsync("c1");
            await second.EventAsync("e2", "d2");
            await second.EventAsync("e3", "d3");
        };
        Server.Drop();

        await StatsHoldAsync(host, stats => (stats.LastEventId, stats.Dropped[DropReasons.Duplicate]).ShouldBe(("d3", 2)));
        Events.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task Should_deliver_an_event_once_when_it_comes_twice_on_one_stream()
    {
        await using var host = await SubscribeAsync();
        var stream = await Server.SubscribedAsync();
        await stream.Stream.WriteAsync(string.Concat(new[] { "e1", "e2", "e1", "e3" }.Select((id, n) =>
            $"data: {stream.Frame("event", $"{EventsMcp.Event(id)},\"cursor\":\"c{n}\"")}\n\n")));

        await NextAreAsync("e1", "e2", "e3");
    }

    [Fact]
    public async Task Should_mark_repeats_when_they_are_wanted()
    {
        await using var host = await SubscribeAsync(o => o with { Duplicates = DuplicateEvents.Mark });
        var stream = await Server.SubscribedAsync();
        await stream.EventAsync("e1", "c1");
        await stream.EventAsync("e1", "c1");

        (await Events.NextAsync()).Redelivered.ShouldBeFalse();
        (await Events.NextAsync()).Redelivered.ShouldBeTrue();
    }

    [Fact]
    public async Task Should_resume_with_the_cursor_of_a_heartbeat()
    {
        await using var host = await SubscribeAsync();
        await (await Server.SubscribedAsync()).HeartbeatAsync("h1");
        await AtAsync(host, "h1");
        Server.Drop();

        (await Server.SubscribedAsync(2)).Cursor.ShouldBe("\"h1\"");
    }

    [Fact]
    public async Task Should_resume_without_a_cursor_and_report_the_loss_when_the_server_gives_none()
    {
        Server.OnSubscribed = stream => stream.ActiveAsync(null);
        await using var host = await SubscribeAsync();
        var first = await Server.SubscribedAsync();
        await first.EventAsync("e1", null);
        await first.HeartbeatAsync(null);
        await NextAreAsync("e1");
        Server.Drop();

        var gap = await GapAsync();
        gap.ShouldBe(new McpGapEvent(McpGapReason.NoReplay, Time.GetUtcNow()));
        (await Server.SubscribedAsync(2)).Cursor.ShouldBe("null");
        await StatsHoldAsync(host, stats => (stats.LastEventId, stats.Mcp!.Gaps).ShouldBe((null, 1)));
    }

    [Fact]
    public async Task Should_take_a_cursor_that_is_absent_for_none()
    {
        Server.OnSubscribed = stream => stream.SendAsync("active", "");
        await using var host = await SubscribeAsync();
        var stream = await Server.SubscribedAsync();
        await stream.SendAsync("heartbeat", "");
        await stream.SendAsync("event", EventsMcp.Event("e1"));

        await NextAreAsync("e1");
        await StatsHoldAsync(host, stats => (stats.TotalEventsReceived, stats.LastEventId).ShouldBe((1, null)));
    }

    [Fact]
    public async Task Should_keep_the_last_cursor_when_the_server_then_gives_none()
    {
        await using var host = await SubscribeAsync();
        var stream = await Server.SubscribedAsync();
        await stream.EventAsync("e1", "c1");
        await stream.EventAsync("e2", null);
        await NextAreAsync("e1", "e2");
        Server.Drop();

        (await Server.SubscribedAsync(2)).Cursor.ShouldBe("\"c1\"");
    }

    [Fact]
    public async Task Should_report_a_gap_once_and_go_on_when_the_server_starts_later()
    {
        Server.OnSubscribed = stream => stream.ActiveAsync("f", isTruncated: true);
        await using var host = await SubscribeAsync(o => o with { InitialLastEventId = "old" });
        var stream = await Server.SubscribedAsync();
        await AtAsync(host, "f");
        await stream.EventAsync("e1", "c1");

        (await GapAsync()).Reason.ShouldBe(McpGapReason.Truncated);
        await NextAreAsync("e1");
        (stream.Cursor, Server.Subscriptions, (await McpAsync(host)).Gaps).ShouldBe(("\"old\"", 1, 1));
        await Overheard.UntilAsync("events may be missing since");
    }

    [Fact]
    public async Task Should_report_a_gap_in_the_middle_of_a_stream_and_go_on()
    {
        await using var host = await SubscribeAsync();
        var stream = await Server.SubscribedAsync();
        await stream.EventAsync("e1", "c1");
        await stream.ActiveAsync("f", isTruncated: true);
        await stream.EventAsync("e2", null);

        await NextAreAsync("e1");
        (await GapAsync()).Reason.ShouldBe(McpGapReason.Truncated);
        (await Events.NextAsync()).LastEventId.ShouldBe("f");
        Server.Subscriptions.ShouldBe(1);
    }

    [Fact]
    public async Task Should_report_no_gap_when_it_starts_with_new_events()
    {
        Server.OnSubscribed = stream => stream.ActiveAsync("f", isTruncated: true);
        await using var host = await SubscribeAsync();
        await (await Server.SubscribedAsync()).EventAsync("e1", "c1");

        await NextAreAsync("e1");
    }

    [Fact]
    public async Task Should_not_move_on_to_the_cursor_of_a_confirmation_while_events_before_it_are_to_come()
    {
        Server.OnSubscribed = stream => stream.ActiveAsync("head");
        await using var host = await SubscribeAsync(o => o with { InitialLastEventId = "old" });
        await host.States.UntilAsync(ConnectionState.Connected);
        Server.Drop();

        (await Server.SubscribedAsync(2)).Cursor.ShouldBe("\"old\"");
    }

    [Fact]
    public async Task Should_start_with_new_events_and_report_a_gap_when_the_server_refuses_the_cursor()
    {
        Server.Instead = async call =>
        {
            var isRefused = call.What == "events/stream" && call.Params.GetProperty("cursor").ValueKind is JsonValueKind.String;
            if (isRefused)
                await call.ErrorAsync(200, -32602, "bad cursor");
            return isRefused;
        };
        await using var host = await SubscribeAsync(o => o with { InitialLastEventId = "old" });
        await (await Server.SubscribedAsync()).EventAsync("e1", "c1");

        (await GapAsync()).Reason.ShouldBe(McpGapReason.CursorRefused);
        await NextAreAsync("e1");
        Server.Count("events/stream").ShouldBe(2);
    }

    [Fact]
    public async Task Should_say_with_each_stream_how_old_events_may_be()
    {
        await using var host = await SubscribeAsync(o => o with { Event = o.Event with { MaxAge = TimeSpan.FromHours(1) } });
        await Server.SubscribedAsync();
        await host.States.UntilAsync(ConnectionState.Connected);
        Server.Drop();

        await Server.SubscribedAsync(2);
        foreach (var call in Server.Calls.Where(call => call.What == "events/stream"))
            call.Params.GetProperty("maxAgeMs").GetRawText().ShouldBe("3600000");
    }

    [Fact]
    public async Task Should_give_each_subscription_an_event_of_the_same_id()
    {
        await using var host = await SubscribeAsync();
        await Server.SubscribedAsync();
        await host.Client.AddStreamAsync(Subscribing(Streams.Quick(new StreamOptions { Enabled = true, ServerUrl = Server.Url })) with { Name = "other" });
        await (await Server.SubscribedAsync(1)).EventAsync("e1", "c1");
        await (await Server.SubscribedAsync(2)).EventAsync("e1", "d1");

        var received = new[] { await Events.NextAsync(), await Events.NextAsync() };
        received.Select(e => (e.Stream, e.EventId, e.LastEventId)).Order().ShouldBe([("other", "e1", "d1"), ("s", "e1", "c1")]);
    }

    [Fact]
    public async Task Should_keep_id_cursor_and_time_when_an_event_leaves_the_process()
    {
        await using var host = await SubscribeAsync();
        await (await Server.SubscribedAsync()).EventAsync("e1", "c1");
        var received = await Events.NextAsync();

        var read = JsonSerializer.Deserialize<McpEvent>(JsonSerializer.Serialize(received))!;

        (read.EventId, read.LastEventId, read.OccurredAt).ShouldBe((received.EventId, received.LastEventId, received.OccurredAt));
    }

    private static Task AtAsync(McpSseHost host, string cursor) => StatsHoldAsync(host, stats => stats.LastEventId.ShouldBe(cursor));
}

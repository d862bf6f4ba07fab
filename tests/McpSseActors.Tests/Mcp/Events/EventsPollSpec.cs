namespace McpSseActors.Tests.Mcp.Events;

/// <summary>Events that are polled, in virtual time.</summary>
[Trait("Category", "McpEvents")]
public sealed class EventsPollSpec : EventsSpec, IAsyncLifetime
{
    private readonly Queue<string> _answers = new();

    public Task InitializeAsync() => Server.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();

    [Fact]
    public async Task Should_go_on_with_the_cursor_of_each_answer_and_deliver_each_event_once()
    {
        Answer(EventsMcp.Polled("\"c0\"", nextPollMs: "5000"), EventsMcp.Polled("\"c2\"", $"{Event("e1")},{Event("e2")}", nextPollMs: "5000"), EventsMcp.Polled("\"c3\"", $"{Event("e2")},{Event("e3")}"));
        await using var host = await PollAsync();
        for (var n = 0; n < 2; n++)
        {
            await Time.UntilWaitsAsync(5, 5);
            Time.Advance(5);
        }

        await NextAreAsync("e1", "e2", "e3");
        Cursors.ShouldBe(["null", "\"c0\"", "\"c2\""]);
        await StatsHoldAsync(host, stats => stats.LastEventId.ShouldBe("c3"));
    }

    [Fact]
    public async Task Should_take_a_first_answer_that_is_long()
    {
        var data = $$"""{"text":"{{new string('x', 300_000)}}"}""";
        Answer(EventsMcp.Polled("\"c9\"", string.Join(",", Enumerable.Range(1, 9).Select(n => Event($"e{n}", data)))));
        await using var host = await PollAsync();

        await NextAreAsync([.. Enumerable.Range(1, 9).Select(n => $"e{n}")]);
    }

    [Fact]
    public async Task Should_poll_at_once_when_the_server_has_more()
    {
        Answer(EventsMcp.Polled("\"c1\"", Event("e1"), hasMore: true, nextPollMs: "3000"), EventsMcp.Polled("\"c2\"", Event("e2"), nextPollMs: "3000"));
        await using var host = await PollAsync();

        await NextAreAsync("e1", "e2");
        await Time.UntilWaitsAsync(3, 3);
    }

    [Theory]
    [InlineData(""" "nextPollMs":2000 """, 2)]
    [InlineData(""" "nextPollMs":0 """, 1)]
    [InlineData(""" "nextPollMs":-5 """, 30)]
    [InlineData(""" "nextPollMs":1e300 """, 3600)]
    [InlineData(""" "nextPollMs":"soon" """, 30)]
    public async Task Should_wait_as_long_as_the_server_says_within_bounds(string next, double seconds)
    {
        Answer($$"""{"events":[],"cursor":"c1","truncated":false,"hasMore":false,{{next}}}""");
        await using var host = await PollAsync();

        await Time.UntilWaitsAsync(seconds, seconds);
        Time.Advance(seconds - 0.1);
        Server.Count("events/poll").ShouldBe(1);
        Time.Advance(0.1);
        await Server.CallAsync("events/poll", 2);
    }

    [Fact]
    public async Task Should_not_poll_without_a_pause_when_the_server_always_has_more_and_sends_nothing()
    {
        Answer(EventsMcp.Polled("\"c1\"", hasMore: true), EventsMcp.Polled("\"c1\"", hasMore: true, nextPollMs: "4000"));
        await using var host = await PollAsync();

        await Time.UntilWaitsAsync(4, 4);
        Server.Count("events/poll").ShouldBe(2);
    }

    [Fact]
    public async Task Should_report_a_gap_when_an_answer_is_truncated()
    {
        Answer(EventsMcp.Polled("\"c0\"", nextPollMs: "5000"), EventsMcp.Polled("\"f\"", isTruncated: true, nextPollMs: "5000"));
        var start = Time.GetUtcNow();
        await using var host = await PollAsync();
        for (var n = 0; n < 2; n++)
        {
            await Time.UntilWaitsAsync(5, 5);
            Time.Advance(5);
        }

        (await GapAsync()).ShouldBe(new McpGapEvent(McpGapReason.Truncated, start));
        (await Server.CallAsync("events/poll", 3)).Params.GetProperty("cursor").GetRawText().ShouldBe("\"f\"");
    }

    [Fact]
    public async Task Should_go_on_without_a_cursor_in_its_own_rhythm_when_answers_are_empty()
    {
        Answer("""{"resultType":"complete"}""");
        await using var host = await PollAsync();
        await Time.UntilWaitsAsync(30, 30);
        Time.Advance(30);

        await Server.CallAsync("events/poll", 2);
        Cursors.ShouldBe(["null", "null"]);
    }

    [Fact]
    public async Task Should_list_the_types_again_when_an_answer_comes_with_the_notice_that_they_changed()
    {
        Server.OnPoll = call => call.TextAsync(
            200,
            $"data: {ModernMcp.Notification("notifications/events/list_changed")}\n\ndata: {call.Result(EventsMcp.Polled("\"c1\"", Event("e1")))}\n\n",
            "text/event-stream");
        await using var host = await PollAsync();

        await NextAreAsync("e1");
        await Server.CallAsync("events/list", 2);
    }

    [Fact]
    public async Task Should_poll_again_with_the_same_cursor_after_a_delay_when_the_server_fails()
    {
        Answer(EventsMcp.Polled("\"c0\"", nextPollMs: "5000"), "502", EventsMcp.Polled("\"c1\"", Event("e1")));
        await using var host = await PollAsync();
        await Time.UntilWaitsAsync(5, 5);
        Time.Advance(5);

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldBe("the server answered 502 Bad Gateway");
        await NextAreAsync("e1");
        Cursors.ShouldBe(["null", "\"c0\"", "\"c0\""]);
    }

    [Fact]
    public async Task Should_stop_when_the_server_takes_away_the_access()
    {
        Answer(EventsMcp.Polled("\"c0\"", nextPollMs: "5000"), "-32024");
        await using var host = await PollAsync();
        await Time.UntilWaitsAsync(5, 5);
        Time.Advance(5);

        (await FailedAsync(host)).ShouldBe("the server refuses the subscription: error -32024: no");
    }

    [Fact]
    public async Task Should_say_with_each_poll_how_old_events_may_be()
    {
        Answer(EventsMcp.Polled("\"c0\"", nextPollMs: "5000"), EventsMcp.Polled("\"c0\""));
        await using var host = await PollAsync(o => o with { Event = o.Event with { MaxAge = TimeSpan.FromSeconds(1.5) } });
        await Time.UntilWaitsAsync(5, 5);
        Time.Advance(5);
        await Server.CallAsync("events/poll", 2);

        foreach (var call in Polls)
            call.Params.GetProperty("maxAgeMs").GetRawText().ShouldBe("1500");
    }

    [Fact]
    public async Task Should_ask_for_fewer_events_when_an_answer_is_too_long_and_give_up_when_one_event_is()
    {
        Server.OnPoll = call => call.ResultAsync(EventsMcp.Polled("\"c1\"", Event("e1", $$"""{"text":"{{new string('x', 20_000)}}"}""")));
        await using var host = await PollAsync(o => o with { MaxEventSize = 10_000 });

        (await FailedAsync(host)).ShouldBe("an event is longer than the max_event_size of 10000 bytes");
        Polls.Select(call => call.Params.TryGetProperty("maxEvents", out var most) ? most.GetInt32() : 0).ShouldBe([0, 100, 10, 1]);
    }

    private string[] Cursors => [.. Polls.Select(call => call.Params.GetProperty("cursor").GetRawText())];

    private IEnumerable<McpCall> Polls => Server.Calls.Where(call => call.What == "events/poll");

    private static string Event(string id, string data = "{}") => $"{{{EventsMcp.Event(id, data)},\"cursor\":\"ignored\"}}";

    private Task<McpSseHost> PollAsync(Func<StreamOptions, StreamOptions>? configure = null) =>
        SubscribeAsync(o => (configure ?? (same => same))(o with { Event = o.Event with { Mode = McpEventMode.Poll } }));

    // One after the other, and the last one again and again.
    private void Answer(params string[] answers)
    {
        foreach (var answer in answers)
            _answers.Enqueue(answer);
        Server.OnPoll = call => (_answers.Count > 1 ? _answers.Dequeue() : _answers.Peek()) switch
        {
            "502" => call.TextAsync(502, "bad"),
            "-32024" => call.ErrorAsync(200, -32024),
            var result => call.ResultAsync(result),
        };
    }
}

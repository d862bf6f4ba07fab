namespace McpSseActors.Tests.Mcp.Events;

/// <summary>What servers send besides well-formed events of the subscription, and how much.</summary>
[Trait("Category", "McpEvents")]
public sealed class EventsFrameSpec : EventsSpec, IAsyncLifetime
{
    public Task InitializeAsync() => Server.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();

    [Fact]
    public async Task Should_ignore_frames_of_another_subscription()
    {
        await using var host = await SubscribeAsync();
        var stream = await Server.SubscribedAsync();
        await stream.SendAsync("event", $"{EventsMcp.Event("foreign")},\"cursor\":\"x\"", id: "\"another\"");
        await stream.SendAsync("terminated", """ "error":{"code":-32024,"message":"no"} """, id: "7");
        await stream.EventAsync("e1", "c1");

        await NextAreAsync("e1");
        await StatsHoldAsync(host, stats => stats.Dropped[DropReasons.Unwanted].ShouldBe(2));
    }

    [Fact]
    public async Task Should_not_deliver_events_of_another_type_nor_take_their_cursor()
    {
        await using var host = await SubscribeAsync();
        var stream = await Server.SubscribedAsync();
        await stream.EventAsync("foreign", "x", name: "build.done");
        await stream.EventAsync("e1", null);

        (await Events.NextAsync()).LastEventId.ShouldBe("c0");
        await StatsHoldAsync(host, stats => stats.Dropped[DropReasons.Unwanted].ShouldBe(1));
    }

    [Fact]
    public async Task Should_skip_and_count_malformed_events()
    {
        await using var host = await SubscribeAsync();
        var stream = await Server.SubscribedAsync();
        await stream.SendAsync("event", """ "name":"incident.created","timestamp":"t","data":{},"cursor":"x" """);
        await stream.SendAsync("event", """ "eventId":"a","name":"incident.created","timestamp":"t","data":[1],"cursor":"x" """);
        await stream.SendAsync("event", """ "eventId":{"a":1},"name":"incident.created","timestamp":"t","data":{},"cursor":"x" """);
        await stream.Stream.MessageAsync("""{"jsonrpc":"2.0","method":"notifications/events/event","params":{"eventId":"b",""");
        await stream.Stream.MessageAsync("not JSON");
        await stream.EventAsync("e1", null);

        (await Events.NextAsync()).LastEventId.ShouldBe("c0");
        await StatsHoldAsync(host, stats => stats.Dropped[DropReasons.Malformed].ShouldBe(5));
    }

    [Fact]
    public async Task Should_ignore_notifications_that_it_does_not_know()
    {
        await using var host = await SubscribeAsync();
        var stream = await Server.SubscribedAsync();
        await stream.SendAsync("sparkle", "\"cursor\":\"x\"");
        await stream.Stream.MessageAsync(ModernMcp.Notification("notifications/message", """{"level":"info","data":"x"}"""));
        await stream.Stream.MessageAsync("""{"jsonrpc":"2.0","id":1,"method":"ping"}""");
        await stream.EventAsync("e1", "c1");

        await NextAreAsync("e1");
        Server.Count("answer").ShouldBe(0);
    }

    [Fact]
    public async Task Should_deliver_an_event_that_comes_before_the_confirmation()
    {
        Server.OnSubscribed = async stream =>
        {
            await stream.EventAsync("e1", "c1");
            await stream.ActiveAsync("c1");
        };
        await using var host = await SubscribeAsync();

        await NextAreAsync("e1");
    }

    [Fact]
    public async Task Should_take_a_frame_without_a_subscription_for_its_own()
    {
        await using var host = await SubscribeAsync();
        await (await Server.SubscribedAsync()).Stream.MessageAsync(ModernMcp.Notification("notifications/events/event", $"{{{EventsMcp.Event("e1")},\"requestId\":9}}"));

        await NextAreAsync("e1");
    }

    [Fact]
    public async Task Should_read_events_however_the_stream_is_written_and_never_send_its_ids()
    {
        Server.OnSubscribed = _ => Task.CompletedTask;
        await using var host = await SubscribeAsync();
        var stream = await Server.SubscribedAsync();
        var text = $"\uFEFFid: 7\r\nevent: message\r\ndata: {stream.Frame("active", "\"cursor\":\"c0\"")}\r\n\r\n"
            + $"event: message\r\nid: 8\r\nretry: 5\r\ndata: {stream.Frame("event", $"{EventsMcp.Event("e\\u00e4", """{"text":"größe"}""")},\"cursor\":\"c1\"").Replace(",\"data\"", "\r\ndata: ,\"data\"", StringComparison.Ordinal)}\r\n\r\n";
        foreach (var part in Encoding.UTF8.GetBytes(text).Chunk(1))
            await stream.Stream.WriteAsync(part);

        var received = await Events.NextAsync();
        (received.EventId, received.LastEventId, received.Data.GetProperty("text").GetString()).ShouldBe(("eä", "c1", "größe"));
        Server.Drop();
        var next = await Server.SubscribedAsync(2);
        (next.Call.Header("Last-Event-ID"), next.Cursor).ShouldBe((null, "\"c1\""));
    }

    [Fact]
    public async Task Should_pass_a_large_payload_and_skip_one_that_is_too_large()
    {
        await using var host = await SubscribeAsync(o => o with { MaxEventSize = 1_200_000 });
        var stream = await Server.SubscribedAsync();
        await stream.EventAsync("e1", "c1", $$"""{"text":"{{new string('x', 1024 * 1024)}}"}""");
        await stream.EventAsync("e2", "c2", $$"""{"text":"{{new string('x', 2_000_000)}}"}""");
        await stream.EventAsync("e3", "c3");

        await NextAreAsync("e1", "e3");
        await StatsHoldAsync(host, stats => stats.Dropped[DropReasons.Oversized].ShouldBe(1));
        Server.Subscriptions.ShouldBe(1);
    }

    [Fact]
    public async Task Should_count_and_deliver_events_whose_data_does_not_fit_the_schema()
    {
        Server.Pages = [[EventsMcp.Type(more: ""","payloadSchema":{"type":"object","required":["severity"]}""")]];
        await using var host = await SubscribeAsync(o => o with { Event = o.Event with { CheckPayloads = true } });
        var stream = await Server.SubscribedAsync();
        await stream.EventAsync("e1", "c1", """{"secret":1}""");
        await stream.EventAsync("e2", "c2", """{"severity":1}""");
        await stream.EventAsync("e3", "c3");

        await NextAreAsync("e1", "e2", "e3");
        await StatsHoldAsync(host, stats => stats.Mcp!.SchemaFaults.ShouldBe(2));
        await Overheard.CaughtUpAsync();
        Overheard.Said.Where(line => line.Contains("does not fit the server's schema", StringComparison.Ordinal)).ShouldHaveSingleItem()
            .ShouldContain("/severity is missing. Further ones are only counted until the next connection");
    }

    [Fact]
    public async Task Should_deliver_payloads_of_the_users_types()
    {
        await using var host = await SubscribeAsync(build: mcp => mcp.MapPayload<Incident>(EventsMcp.Incident));
        var stream = await Server.SubscribedAsync();
        await stream.EventAsync("e1", "c1", """{"severity":"P1"}""");
        await stream.EventAsync("e2", "c2", """{"severity":{}}""");

        var typed = (await Events.NextAsync()).ShouldBeOfType<McpEvent<Incident>>();
        (typed.Payload.Severity, typed.EventId, typed.LastEventId).ShouldBe(("P1", "e1", "c1"));
        (await Events.NextAsync()).ShouldBeOfType<McpEvent>().EventId.ShouldBe("e2");
        await StatsHoldAsync(host, stats => stats.PayloadFaults.ShouldBe(1));
    }

    [Fact]
    public async Task Should_keep_order_and_hold_back_a_server_with_a_large_backlog()
    {
        const int Backlog = 50_000;
        var release = new TaskCompletionSource();
        var last = 0;
        var outOfOrder = 0;
        Server.OnSubscribed = async stream =>
        {
            await stream.ActiveAsync("c0");
            var data = $$"""{"text":"{{new string('x', 300)}}"}""";
            for (var first = 1; first <= Backlog; first += 500)
            {
                var text = new StringBuilder();
                for (var n = first; n < first + 500; n++)
                    text.Append("data: ").Append(stream.Frame("event", $"{EventsMcp.Event($"{n}", data)},\"cursor\":\"c{n}\"")).Append("\n\n");
                await stream.Stream.WriteAsync(text.ToString());
            }
        };
        await using var host = await ListenAsync(Server.Url, "events", o => Subscribing(o) with { InitialLastEventId = "old", EnableEventLogging = false, EventBufferSize = 1 }, mcp => mcp.AddHandler(async (McpEvent received) =>
        {
            await release.Task;
            var n = int.Parse(received.EventId!, System.Globalization.CultureInfo.InvariantCulture);
            outOfOrder += n == last + 1 ? 0 : 1;
            last = n;
        }));

        var received = 0L;
        await Eventually.HoldsAsync(async () =>
        {
            var before = received;
            received = (await StatsAsync(host)).BytesReceived;
            received.ShouldBeGreaterThan(100_000);
            received.ShouldBe(before);
        });
        received.ShouldBeLessThan(4_000_000, "of 25 MB");
        release.SetResult();

        await Eventually.HoldsAsync(() => last.ShouldBe(Backlog));
        outOfOrder.ShouldBe(0);
    }

    private sealed record Incident(string Severity);
}

namespace McpSseActors.Tests.Mcp.Events;

/// <summary>What a server posts is checked, handed to the handlers, and answered when they are done.</summary>
[Trait("Category", "McpEvents")]
public sealed class WebhookDeliverySpec : WebhookSpec
{
    private const string Other = "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";

    [Fact]
    public async Task Should_hand_on_what_the_server_posts()
    {
        await using var host = await SubscribeAsync(configure: o => o with { Event = o.Event with { Arguments = """{"severity":"P1"}""", MaxAge = TimeSpan.FromMinutes(1) } });
        Server.Publish(Incident, """{"severity":"P2"}""");
        Server.Publish(Incident, """{"severity":"P1","n":1}""");
        Server.Publish(Incident, """{"severity":"P1","n":2}""");

        var first = await Events.NextAsync();
        (first.EventType, first.EventId, first.LastEventId, first.Stream).ShouldBe((Incident, "e-2", "e.2", "s"));
        first.OccurredAt.ShouldNotBeNull();
        first.Text.ShouldBe("""{"severity":"P1","n":1}""");
        await NextAreAsync("e-3");
        var stats = await StatsAsync(host);
        (stats.Mcp!.Transport, stats.Mcp.TransportReason).ShouldBe(("events", "posted to the webhook; the server declares io.modelcontextprotocol/events"));
        stats.Mcp.RefusedDeliveries.ShouldBeEmpty();
        var asked = Asked("events/subscribe").ShouldHaveSingleItem();
        asked.GetProperty("arguments").GetRawText().ShouldBe("""{"severity":"P1"}""");
        asked.GetProperty("maxAgeMs").GetInt64().ShouldBe(60_000);
        asked.GetProperty("ttlMs").GetInt64().ShouldBe(3_600_000);
        asked.GetProperty("cursor").ValueKind.ShouldBe(JsonValueKind.Null);
        asked.GetProperty("delivery").GetProperty("mode").GetString().ShouldBe("webhook");
        asked.GetProperty("delivery").GetProperty("secret").GetString().ShouldStartWith("whsec_");
        Asked("events/unsubscribe").ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_accept_an_event_only_when_every_handler_has_finished()
    {
        var release = new TaskCompletionSource();
        await using var host = await SubscribeAsync(handler: async (McpEvent received) =>
        {
            Events.Collect(received);
            await release.Task;
        });

        var posted = PostAsync("a", Occurrence("a"));
        await NextAreAsync("a");
        var again = PostAsync("a", Occurrence("a"));
        await StatsHoldAsync(host, stats => stats.InFlight.ShouldBe(1));
        posted.IsCompleted.ShouldBeFalse();
        release.SetResult();

        (await posted).Status.ShouldBe(200);
        (await again).Status.ShouldBe(200);
        (await PostAsync("a", Occurrence("a"))).Status.ShouldBe(200);
        Events.Waiting.ShouldBe(0);
        await StatsHoldAsync(host, stats => stats.Dropped["duplicate"].ShouldBeInRange(1, 2));
    }

    [Fact]
    public async Task Should_ask_the_server_to_try_again_when_the_handlers_take_too_long()
    {
        var release = new TaskCompletionSource();
        await using var host = await SubscribeAsync(handler: async (McpEvent received) =>
        {
            Events.Collect(received);
            await release.Task;
        });

        (await PostAsync("a", Occurrence("a"))).Status.ShouldBe(503);
        var again = PostAsync("a", Occurrence("a"));
        release.SetResult();

        (await again).Status.ShouldBe(200);
        await NextAreAsync("a");
        Events.Waiting.ShouldBe(0);
        (await McpAsync(host)).RefusedDeliveries.ShouldBe(ImmutableSortedDictionary<string, long>.Empty.Add("unhandled", 1));
    }

    [Fact]
    public async Task Should_accept_an_event_that_is_kept_as_a_dead_letter()
    {
        await using var host = await SubscribeAsync(
            build: mcp => mcp.AddHandler(HandlerRegistration.ForDelegate("*", (McpEvent _) => { throw new InvalidOperationException("no"); }) with
            {
                Retry = new RetryOptions { MaxAttempts = 2, InitialDelay = TimeSpan.FromMilliseconds(1) },
            }));

        (await PostAsync("a", Occurrence("a"))).Status.ShouldBe(200);

        (await host.Client.CountDeadLettersAsync()).Count.ShouldBe(1);
    }

    [Fact]
    public async Task Should_refuse_what_is_not_signed_in_time_for_this_subscription()
    {
        await using var host = await SubscribeAsync();
        var event1 = Occurrence("a");

        (await PostAsync("a", event1, secret: Other)).Status.ShouldBe(401);
        (await PostAsync("a", event1, isSigned: false)).Status.ShouldBe(401);
        (await PostAsync("m", """{"type":"verification","challenge":"c"}""", secret: Other)).Status.ShouldBe(401);
        (await PostAsync("a", event1, skew: TimeSpan.FromSeconds(-301))).Status.ShouldBe(401);
        (await PostAsync("a", event1, skew: TimeSpan.FromSeconds(305))).Status.ShouldBe(401);
        (await PostAsync("a", event1, subscription: "another")).Status.ShouldBe(401);
        (await PostAsync("a", event1, url: $"{Web.Url}/unknown")).Status.ShouldBe(503);
        (await PostAsync("a", event1, skew: TimeSpan.FromSeconds(-290))).Status.ShouldBe(200);

        await NextAreAsync("a");
        Events.Waiting.ShouldBe(0);
        Said(await McpAsync(host)).ShouldBe("signature 3, subscription 1, timestamp 2");
        await Overheard.CaughtUpAsync();
        Overheard.Said.Count(line => line.Contains("was refused with 401: signature", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Theory]
    [InlineData("no JSON")]
    [InlineData("[]")]
    [InlineData("{}")]
    [InlineData("""{"eventId":"a","name":"incident.created","timestamp":"t","data":1}""")]
    [InlineData("""{"eventId":"a","name":"other","timestamp":"t","data":{}}""")]
    [InlineData("""{"type":"verification"}""")]
    public async Task Should_refuse_what_is_no_event_of_the_subscription(string body)
    {
        await using var host = await SubscribeAsync();

        (await PostAsync("a", body)).Status.ShouldBe(400);
        (await PostAsync("b", Occurrence("b"))).Status.ShouldBe(200);

        await NextAreAsync("b");
        Said(await McpAsync(host)).ShouldBe("malformed 1");
    }

    [Fact]
    public async Task Should_refuse_a_body_that_is_too_long_and_take_one_that_just_fits()
    {
        await using var host = await SubscribeAsync();
        var empty = Occurrence("a").Length;

        (await PostAsync("a", Occurrence("a") + new string(' ', (256 * 1024) - empty))).Status.ShouldBe(200);
        (await PostAsync("b", Occurrence("b") + new string(' ', (256 * 1024) - empty + 1))).Status.ShouldBe(413);

        await NextAreAsync("a");
        Said(await McpAsync(host)).ShouldBe("too_large 1");
    }

    [Fact]
    public async Task Should_count_a_body_that_is_longer_than_any_web_server_takes()
    {
        await using var host = await SubscribeAsync();
        var url = new Uri(Asked("events/subscribe")[0].GetProperty("delivery").GetProperty("url").GetString()!);
        using var client = new System.Net.Sockets.TcpClient();
        await client.ConnectAsync(url.Host, url.Port);
        var stream = client.GetStream();
        await stream.WriteAsync(Encoding.UTF8.GetBytes($"POST {url.AbsolutePath} HTTP/1.1\r\nHost: {url.Authority}\r\nContent-Length: 4000000000\r\n\r\n{new string(' ', 300_000)}"));

        (await Within.LimitAsync(new StreamReader(stream).ReadLineAsync())).ShouldBe("HTTP/1.1 413 Payload Too Large");
        (await StatsAsync(host)).ToString().ShouldContain("RefusedDeliveries = [too_large: 1]");
    }

    [Fact]
    public async Task Should_answer_a_challenge_each_time()
    {
        await using var host = await SubscribeAsync();
        foreach (var _ in Enumerable.Range(0, 3))
            (await PostAsync("m", """{"type":"verification","challenge":"c\"1"}""")).ShouldBe((200, """{"challenge":"c\u00221"}"""));
    }

    [Fact]
    public async Task Should_accept_what_it_does_not_know()
    {
        await using var host = await SubscribeAsync();

        (await PostAsync("m", """{"type":"sparkle","cursor":"x"}""")).Status.ShouldBe(200);

        await StatsHoldAsync(host, stats => stats.Dropped["unwanted"].ShouldBe(1));
    }

    [Fact]
    public async Task Should_report_a_gap_once()
    {
        await using var host = await SubscribeAsync();

        (await PostAsync("m1", """{"type":"gap","cursor":"later"}""")).Status.ShouldBe(200);
        (await PostAsync("m1", """{"type":"gap","cursor":"later"}""")).Status.ShouldBe(200);
        (await PostAsync("a", Occurrence("a"))).Status.ShouldBe(200);

        var gap = (await Events.NextAsync()).ShouldBeOfType<McpEvent<McpGapEvent>>();
        gap.Payload.Reason.ShouldBe(McpGapReason.Truncated);
        (await Events.NextAsync()).LastEventId.ShouldBe("later");
        (await McpAsync(host)).Gaps.ShouldBe(1);
    }

    [Fact]
    public async Task Should_stop_when_the_server_ends_the_subscription()
    {
        await using var host = await SubscribeAsync();
        Server.Terminate(Incident, -32024, "no access");

        (await FailedAsync(host)).ShouldBe("the server ended the subscription: error -32024: no access");
        (await PostAsync("a", Occurrence("a"))).Status.ShouldBe(503);
        Asked("events/subscribe").Count.ShouldBe(1);
    }

    [Fact]
    public async Task Should_push_back_when_too_many_events_wait()
    {
        var release = new TaskCompletionSource();
        await using var host = await SubscribeAsync(handler: async (McpEvent received) =>
        {
            await release.Task;
            Events.Collect(received);
        });
        var posts = Enumerable.Range(0, 60).Select(n => PostAsync($"e{n}", Occurrence($"e{n}"))).ToArray();
        await StatsHoldAsync(host, stats => stats.Mcp!.RefusedDeliveries.GetValueOrDefault("busy").ShouldBe(60 - 32));
        release.SetResult();

        var statuses = (await Task.WhenAll(posts)).Select(post => post.Status).ToList();
        (statuses.Count(status => status == 200), statuses.Count(status => status == 503)).ShouldBe((32, 28));
        await Eventually.HoldsAsync(() => Events.Waiting.ShouldBe(32));
        foreach (var (n, status) in statuses.Index().Where(each => each.Item == 503))
            (await PostAsync($"e{n}", Occurrence($"e{n}"))).Status.ShouldBe(200);
        Events.Waiting.ShouldBe(60);
    }

    [Fact]
    public async Task Should_tell_no_secret()
    {
        await using var host = await SubscribeAsync();
        var secret = Asked("events/subscribe")[0].GetProperty("delivery").GetProperty("secret").GetString()!;
        var (_, refused) = await PostAsync("a", "{}", secret: Other);
        Server.Terminate(Incident, -32024, $"your secret is {secret}");
        var reason = await FailedAsync(host);

        reason.ShouldContain("your secret is ***");
        refused.ShouldBeEmpty();
        Overheard.Add(await StatsAsync(host));
        Overheard.ShouldHoldNo(secret);
        Overheard.ShouldHoldNo(secret["whsec_".Length..]);
    }

    private static string Said(McpStatus mcp) => string.Join(", ", mcp.RefusedDeliveries.Select(each => $"{each.Key} {each.Value}"));
}

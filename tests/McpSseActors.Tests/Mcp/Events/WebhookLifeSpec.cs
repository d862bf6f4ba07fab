using McpSseActors.TestServer.Events;
using McpSseActors.TestSupport.Web;

namespace McpSseActors.Tests.Mcp.Events;

/// <summary>A subscription to a webhook is renewed before it expires, and goes on after anything that can happen to the two servers.</summary>
[Trait("Category", "McpEvents")]
public sealed class WebhookLifeSpec : WebhookSpec
{
    private readonly string _folder = Directory.CreateTempSubdirectory("webhook-").FullName;

    private protected override EventsServerOptions Options => base.Options with
    {
        WebhookLifetime = TimeSpan.FromSeconds(2.5),
        WebhookAttempts = 3,
        WebhookPause = TimeSpan.FromMilliseconds(20),
    };

    [Fact]
    public async Task Should_renew_the_subscription_before_it_expires()
    {
        await using var host = await SubscribeAsync();
        Server.Publish(Incident, "{}");
        await NextAreAsync("e-1");
        await Eventually.HoldsAsync(() => Asked("events/subscribe").Count.ShouldBeGreaterThanOrEqualTo(3));

        var asked = Asked("events/subscribe");
        asked.Select(each => each.GetProperty("cursor").GetString()).Take(3).ShouldBe([null, "e.1", "e.1"]);
        asked.Select(each => each.GetProperty("delivery").GetRawText()).Distinct().ShouldHaveSingleItem();
        Asked("events/unsubscribe").ShouldBeEmpty();
        (await StatsAsync(host)).TotalReconnectAttempts.ShouldBe(0);
        Server.Publish(Incident, "{}");
        await NextAreAsync("e-2");
    }

    [Fact]
    public async Task Should_end_the_subscription_when_the_stream_stops()
    {
        await using var host = await SubscribeAsync();
        await host.Client.StopAsync();
        await host.States.UntilAsync(ConnectionState.Stopped);

        await Eventually.HoldsAsync(() => Server.Webhooks.ShouldBe(0));
        (await PostAsync("a", Occurrence("a"))).Status.ShouldBe(410);
        await host.Client.StartAsync();
        await Eventually.HoldsAsync(() => Server.Webhooks.ShouldBe(1));
        await Eventually.HoldsAsync(async () => (await host.Client.IsConnectedAsync()).ShouldBeTrue());
        Server.Publish(Incident, "{}");
        await NextAreAsync("e-1");
        Asked("events/subscribe").Select(each => each.GetProperty("delivery").GetProperty("url").GetString()).Distinct().ShouldHaveSingleItem();
        Asked("events/subscribe").Select(each => each.GetProperty("delivery").GetProperty("secret").GetString()).Distinct().Count().ShouldBe(2);
    }

    [Fact]
    public async Task Should_get_again_what_a_server_gave_up_while_it_had_stopped_to_deliver()
    {
        await using var host = await SubscribeAsync();
        Server.Publish(Incident, "{}");
        await NextAreAsync("e-1");
        await Web.DisposeAsync();
        Server.Publish(Incident, """{"given":"up"}""");
        await Eventually.HoldsAsync(() => Asked("events/subscribe").Count.ShouldBeGreaterThanOrEqualTo(2));
        await using var web = await WebhookWeb.StartAsync(new Uri(Web.Url).Port);
        web.For(host.Client);

        await NextAreAsync("e-2");
        Asked("events/unsubscribe").ShouldNotBeEmpty();
        await Overheard.UntilAsync("the server had stopped to deliver");
    }

    [Fact]
    public async Task Should_subscribe_again_and_report_the_gap_when_the_server_lost_everything()
    {
        await using var host = await SubscribeAsync();
        Server.Publish(Incident, "{}");
        await NextAreAsync("e-1");
        await Server.DisposeAsync();
        await StartServerAsync(Options with { Epoch = "f" });

        var gap = (await Events.NextAsync()).ShouldBeOfType<McpEvent<McpGapEvent>>();
        gap.Payload.Reason.ShouldBe(McpGapReason.Truncated);
        Server.Publish(Incident, "{}");
        await NextAreAsync("f-1");
    }

    [Fact]
    public async Task Should_go_on_from_the_stored_cursor_when_the_process_was_killed()
    {
        var (path, copy) = (Path.Combine(_folder, "one.positions"), Path.Combine(_folder, "copy.positions"));
        var release = new TaskCompletionSource();
        await using (var first = await SubscribeAsync(
            handler: async (McpEvent received) =>
            {
                Events.Collect(received);
                if (received.EventId == "e-2")
                    await release.Task;
            },
            build: mcp => mcp.WithDurableDelivery(delivery => delivery.InFile(path))))
        {
            Server.Publish(Incident, "{}");
            await NextAreAsync("e-1");
            await Eventually.HoldsAsync(() => File.ReadAllText(path).ShouldContain("e.1"));
            Server.Publish(Incident, "{}");
            await NextAreAsync("e-2");
            File.Copy(path, copy);
            release.SetResult();
        }

        await Web.DisposeAsync();
        await using var web = await WebhookWeb.StartAsync(new Uri(Web.Url).Port);
        var begun = Asked("events/subscribe").Count;
        await using var second = await SubscribeAsync(web, build: mcp => mcp.WithDurableDelivery(delivery => delivery.InFile(copy)));

        var again = await Events.NextAsync();
        (again.EventId, again.Redelivered).ShouldBe(("e-2", true));
        Asked("events/subscribe")[begun].GetProperty("cursor").GetString().ShouldBe("e.1");
        Asked("events/unsubscribe").ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Should_keep_two_receivers_apart()
    {
        await using var other = await WebhookWeb.StartAsync(Ports.Free());
        var ofOther = new ReceivedEvents();
        await using var first = await SubscribeAsync();
        await using var second = await SubscribeAsync(other, ofOther.Collect);
        Server.Publish(Incident, "{}");

        await NextAreAsync("e-1");
        (await ofOther.NextAsync()).EventId.ShouldBe("e-1");
        Server.Webhooks.ShouldBe(2);
        await second.Client.StopAsync();
        await Eventually.HoldsAsync(() => Server.Webhooks.ShouldBe(1));
        Server.Publish(Incident, "{}");
        await NextAreAsync("e-2");
        ofOther.Waiting.ShouldBe(0);
    }

    [Fact]
    public async Task Should_try_again_when_the_server_cannot_reach_the_webhook()
    {
        await Web.DisposeAsync();
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream($"{Server.Url}", o => Streams.Quick(o) with
            {
                Transport = StreamTransport.Events,
                Event = new McpEventSubscription { Name = Incident, Mode = McpEventMode.Webhook, WebhookUrl = Web.Url },
            })
            .AddHandler(Events.Collect));

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldBe(
            "the server refuses the subscription: error -32027: the webhook does not answer as it should: connection_refused; "
            + "check that the server reaches event.webhook_url, and that MapMcpEventsWebhook answers there");
        await using var web = await WebhookWeb.StartAsync(new Uri(Web.Url).Port);
        web.For(host.Client);
        await Eventually.HoldsAsync(async () => (await host.Client.IsConnectedAsync()).ShouldBeTrue());
    }

    [Fact]
    public async Task Should_forget_the_webhook_of_a_stream_that_is_removed_while_it_waits()
    {
        await Web.DisposeAsync();
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream($"{Server.Url}", o => o with
            {
                Name = "s",
                InitialReconnectDelay = TimeSpan.FromHours(1),
                MaxReconnectDelay = TimeSpan.FromHours(1),
                Transport = StreamTransport.Events,
                Event = new McpEventSubscription { Name = Incident, Mode = McpEventMode.Webhook, WebhookUrl = Web.Url },
            })
            .AddHandler(Events.Collect));
        await host.States.UntilAsync(ConnectionState.BackingOff);
        var url = Asked("events/subscribe")[0].GetProperty("delivery").GetProperty("url").GetString()!;
        (await RefusalAsync()).ShouldBe("not_ready");

        await host.Client.RemoveStreamAsync("s");

        await Eventually.HoldsAsync(async () => (await RefusalAsync()).ShouldBe("unknown"));

        async Task<string?> RefusalAsync() => (await host.Client.ReceiveWebhookAsync(new McpWebhookDelivery(url.Split('/')[^1], Stream.Null))).Refusal;
    }

    [Theory]
    [InlineData("push", "the server does not offer the event type incident.created in the mode webhook, only as push")]
    public async Task Should_fail_when_the_type_is_not_posted(string delivery, string reason)
    {
        Server.SetTypes(new ServedEventType(Incident) { Delivery = [delivery] });
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream($"{Server.Url}", o => Streams.Quick(o) with
            {
                Transport = StreamTransport.Events,
                Event = new McpEventSubscription { Name = Incident, Mode = McpEventMode.Webhook, WebhookUrl = Web.Url },
            })
            .AddHandler(Events.Collect));

        (await FailedAsync(host)).ShouldBe(reason);
    }
}

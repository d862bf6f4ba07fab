using System.Text.Json;
using McpSseActors.Interop.Support;
using McpSseActors.TestServer.Scripted;
using McpSseActors.TestSupport;
using McpSseActors.TestSupport.Web;
using Shouldly;
using Xunit;

namespace McpSseActors.Interop;

/// <summary>A server on <c>mcp-handler</c>, which has MCP events by webhook only.</summary>
[Trait("Category", "Interop")]
public sealed class EventsWebhookSpec
{
    private const string Tick = "tick";

    [Fact]
    public async Task Should_handle_every_event_once_when_the_receiver_is_away_and_the_server_is_killed()
    {
        using var server = await RealServer.StartAsync("mcp-handler");
        var port = Ports.Free();
        var web = await WebhookWeb.StartAsync(port);
        await using var listener = await SubscribeAsync(server.Url, port, "key-of-alice");
        web.For(listener.Client);
        await HearAsync(listener, 100);

        await web.DisposeAsync();
        web = await WebhookWeb.StartAsync(port);
        web.For(listener.Client);
        await HearAsync(listener, 300);
        foreach (var after in (int[])[400, 600])
        {
            await HearAsync(listener, after);
            server.Kill();
            await server.StartAsync();
        }

        await HearAsync(listener, RealServer.Events);
        await web.DisposeAsync();
        var numbers = Numbers(listener);
        numbers.ShouldBe(Enumerable.Range(numbers[0], RealServer.Events - numbers[0] + 1));
        listener.Count(McpGapEvent.Type).ShouldBe(0);
        (await listener.StatsAsync()).Mcp!.Server.ShouldBe("mcp-handler-events 2.4.0");
    }

    [Fact]
    public async Task Should_say_what_the_server_says_when_it_refuses()
    {
        using var server = await RealServer.StartAsync("mcp-handler");
        await using var stranger = await SubscribeAsync(server.Url, Ports.Free(), "key-of-nobody");
        await using var unreachable = await SubscribeAsync(server.Url, Ports.Free(), "key-of-alice");

        await Eventually.HoldsAsync(() => stranger.Reasons.ShouldContain(
            "the server answered 401 Unauthorized: the credentials are missing or wrong; check auth_key"));
        await Eventually.HoldsAsync(() => unreachable.Reasons.ShouldContain(reason => reason.StartsWith(
            "the server refuses the subscription: error -32015: Callback verification failed; check that the server reaches event.webhook_url",
                StringComparison.Ordinal)));
    }

    // The server takes https only, and posts to the same port without it, as a server does whose proxy ends TLS.
    private static Task<Listener> SubscribeAsync(string url, int port, string key) => Listener.StartAsync(url, stream => stream with
    {
        AuthKey = key,
        Transport = StreamTransport.Events,
        Event = new McpEventSubscription { Name = Tick, Mode = McpEventMode.Webhook, WebhookUrl = $"https://127.0.0.1:{port}/hooks/mcp" },
    });

    private static Task HearAsync(Listener listener, int number) =>
        Eventually.HoldsAsync(() => Numbers(listener).LastOrDefault().ShouldBeGreaterThanOrEqualTo(number));

    private static int[] Numbers(Listener listener) => [.. listener.Said(Tick).Select(said => JsonElement.Parse(said).GetProperty("number").GetInt32())];
}

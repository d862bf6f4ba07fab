using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using McpSseActors.Interop.Support;
using McpSseActors.TestServer.Events;
using McpSseActors.TestServer.Scripted;
using McpSseActors.TestSupport;
using McpSseActors.TestSupport.Web;
using Shouldly;
using Xunit;

namespace McpSseActors.Interop;

/// <summary>
/// The scenarios for clients of MCP events in the official conformance suite, which has not published them yet: rebuilt from their description, with
/// a server that leaves out all that it may.
/// </summary>
[Trait("Category", "Interop")]
public sealed class EventsConformanceSpec
{
    private const string Ticks = "conformance.ticks";
    private const string Cursorless = "conformance.cursorless";

    private static readonly TimeSpan Scenario = TimeSpan.FromSeconds(9);

    [Theory]
    [InlineData(Ticks, "h4")]
    [InlineData(Cursorless, null)]
    public async Task Should_reopen_a_stream_whose_heartbeats_end(string type, string? cursor)
    {
        await using var mock = new Mock("push", async call =>
        {
            await call.OpenAsync();
            await call.NotifyAsync("active", Cursor("t0"));
            for (var beat = 1; beat <= 4; beat++)
            {
                await Task.Delay(500);
                await call.NotifyAsync("heartbeat", Cursor($"h{beat}"));
            }

            await call.StayAsync();
        });
        await using var listener = await mock.SubscribeAsync(type);

        await Eventually.HoldsAsync(() => mock.CallsOf("events/stream").Count.ShouldBe(2));

        var (first, second) = (mock.CallsOf("events/stream")[0], mock.CallsOf("events/stream")[1]);
        (second.Time - first.Time).ShouldBeLessThan(Scenario);
        second.Params.GetProperty("cursor").GetString().ShouldBe(cursor);
        second.Id.ShouldNotBe(first.Id);

        string Cursor(string value) => $"\"cursor\":{(type == Ticks ? $"\"{value}\"" : "null")}";
    }

    [Fact]
    public async Task Should_poll_at_the_pace_of_the_server()
    {
        var polls = 0;
        await using var mock = new Mock("poll", call => ++polls switch
        {
            1 => call.ResultAsync("""{"events":[],"cursor":"c0","hasMore":false,"nextPollMs":0}"""),
            2 => call.ResultAsync($$"""{"events":[{{Event(1)}}],"cursor":"c1","hasMore":true,"nextPollMs":3000}"""),
            3 => call.StreamResultAsync("notifications/events/list_changed", $$"""{"events":[{{Event(2)}}],"cursor":"c2","hasMore":false,"nextPollMs":2000}"""),
            _ => call.ResultAsync("""{"events":[],"cursor":"c2","hasMore":false,"nextPollMs":2000}"""),
        });
        await using var listener = await mock.SubscribeAsync(Ticks);

        await Eventually.HoldsAsync(() => mock.CallsOf("events/poll").Count.ShouldBeGreaterThanOrEqualTo(4));

        var calls = mock.CallsOf("events/poll");
        calls.Take(4).Select(call => call.Params.GetProperty("cursor").GetString()).ShouldBe([null, "c0", "c1", "c2"]);
        (calls[1].Time - calls[0].Time).ShouldBeGreaterThan(TimeSpan.FromSeconds(0.9));
        (calls[2].Time - calls[1].Time).ShouldBeLessThan(TimeSpan.FromSeconds(1));
        (calls[3].Time - calls[2].Time).ShouldBeGreaterThan(TimeSpan.FromSeconds(1.8));
        await Eventually.HoldsAsync(() => mock.CallsOf("events/list").Count.ShouldBe(2));
        await Eventually.HoldsAsync(() => listener.Count(Ticks).ShouldBe(2));

        static string Event(int number) => $$$"""{"eventId":"e{{{number}}}","name":"{{{Ticks}}}","timestamp":"2026-11-28T00:00:00Z","data":{"number":{{{number}}}}}""";
    }

    [Fact]
    public async Task Should_renew_a_webhook_and_receive_through_it()
    {
        using var sender = new WebhookSender(TimeProvider.System, TimeSpan.FromSeconds(10));
        await using var mock = new Mock("webhook", async call =>
        {
            var (url, secret) = call.Target;
            var verified = await sender.PostAsync(url, "msg_verification_1", "sub_1", """{"type":"verification","challenge":"echo me"}""", [secret]);
            verified.ShouldBe((200, """{"challenge":"echo me"}"""));
            await call.ResultAsync($$"""{"id":"sub_1","refreshBefore":"{{DateTimeOffset.UtcNow.AddSeconds(2.5):O}}","cursor":"c0","truncated":false}""");
        });
        await using var web = await WebhookWeb.StartAsync(Ports.Free());
        await using var listener = await mock.SubscribeAsync(Ticks, web.Url);
        web.For(listener.Client);
        await Eventually.HoldsAsync(() => mock.CallsOf("events/subscribe").Count.ShouldBeGreaterThanOrEqualTo(1));
        await Eventually.HoldsAsync(async () => (await listener.Client.IsConnectedAsync()).ShouldBeTrue());
        var (url, secret) = mock.CallsOf("events/subscribe")[^1].Target;

        (await sender.PostAsync(url, "e1", "sub_1", Occurrence("e1", "c1"), [secret])).Status.ShouldBe(200);
        (await sender.PostAsync(url, "e1", "sub_1", Occurrence("e1", "c1"), [secret])).Status.ShouldBe(200);
        (await sender.PostAsync(url, "e2", "sub_1", Occurrence("e2", "c2"), [$"whsec_{new string('A', 44)}"])).Status.ShouldBe(401);
        (await sender.PostAsync(url, "e2", "sub_1", Occurrence("e2", "c2"), [secret], TimeSpan.FromMinutes(-6))).Status.ShouldBe(401);
        (await sender.PostAsync(url, "msg_gap_1", "sub_1", """{"type":"gap","cursor":"c9"}""", [secret])).Status.ShouldBe(200);
        var before = mock.CallsOf("events/subscribe").Count;
        await Eventually.HoldsAsync(() => mock.CallsOf("events/subscribe").Count.ShouldBeGreaterThanOrEqualTo(before + 3));

        (listener.Count(Ticks), listener.Count(McpGapEvent.Type)).ShouldBe((1, 1));
        var renewals = mock.CallsOf("events/subscribe").Skip(before - 1).ToList();
        renewals.Zip(renewals.Skip(1), (one, next) => next.Time - one.Time).Min().ShouldBeInRange(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(2.5));
        (await listener.StatsAsync()).IsConnected.ShouldBeTrue();
        renewals[^1].Params.GetProperty("cursor").GetString().ShouldBe("c0", "what the server grants while nothing is on its way");
        renewals.Select(call => call.Target.Url).Distinct().ShouldHaveSingleItem();

        static string Occurrence(string id, string cursor) => $$$"""{"eventId":"{{{id}}}","name":"{{{Ticks}}}","timestamp":"2026-11-28T00:00:00Z","data":{},"cursor":"{{{cursor}}}"}""";
    }

    [Fact]
    public async Task Should_send_no_request_about_events_to_a_server_without_the_extension()
    {
        await using var mock = new Mock(null, call => call.ResultAsync("{}"));
        await using var listener = await mock.SubscribeAsync(Ticks);

        await Eventually.HoldsAsync(async () => (await listener.StatsAsync()).State.ShouldBe(ConnectionState.Failed));

        mock.Calls.Select(call => call.Method).Distinct().ShouldBe(["server/discover"]);
    }

    /// <summary>A server that has two types in one mode; without a mode, it does not declare events.</summary>
    private sealed class Mock : IAsyncDisposable
    {
        private readonly ConcurrentQueue<Call> _calls = new();
        private readonly ScriptedServer _server;

        public Mock(string? mode, Func<Call, Task> answer) => _server = new ScriptedServer(async exchange =>
        {
            var call = new Call(exchange);
            _calls.Enqueue(call);
            await (call.Method switch
            {
                "server/discover" => call.ResultAsync($$"""{"supportedVersions":["2026-07-28"],"capabilities":{{(mode is null ? "{}" : """{"extensions":{"io.modelcontextprotocol/events":{}}}""")}}}"""),
                "events/list" => call.ResultAsync($$"""{"events":[{{Type(Ticks)}},{{Type(Cursorless)}}]}"""),
                _ => answer(call),
            });

            string Type(string name) => $$"""{"name":"{{name}}","delivery":["{{mode}}"],"inputSchema":{"type":"object"} }""";
        });

        public IReadOnlyList<Call> Calls => [.. _calls];

        public IReadOnlyList<Call> CallsOf(string method) => [.. _calls.Where(call => call.Method == method)];

        public Task<Listener> SubscribeAsync(string type, string webhook = "") => Listener.StartAsync($"{_server.Url}", stream => stream with
        {
            Transport = StreamTransport.Events,
            Event = new McpEventSubscription { Name = type, Mode = webhook.Length > 0 ? McpEventMode.Webhook : McpEventMode.Auto, WebhookUrl = webhook },
        });

        public ValueTask DisposeAsync() => _server.DisposeAsync();
    }

    /// <summary>One request.</summary>
    private sealed class Call(Exchange exchange)
    {
        private readonly JsonElement _message = JsonElement.Parse(exchange.Request.Body);

        public TimeSpan Time { get; } = Stopwatch.GetElapsedTime(0);

        public string Id => _message.GetProperty("id").GetRawText();

        public string Method => _message.GetProperty("method").GetString()!;

        public JsonElement Params => _message.GetProperty("params");

        /// <summary>Where a webhook is to be posted, and the secret that signs.</summary>
        public (string Url, string Secret) Target => Params.GetProperty("delivery") is var delivery
            ? (delivery.GetProperty("url").GetString()!, delivery.GetProperty("secret").GetString()!)
            : default;

        public Task OpenAsync() => exchange.OpenAsync();

        public Task StayAsync() => exchange.StayAsync();

        public Task NotifyAsync(string method, string members) => exchange.WriteAsync(
            $"data: {{\"jsonrpc\":\"2.0\",\"method\":\"notifications/events/{method}\",\"params\":{{{members},\"_meta\":{{\"io.modelcontextprotocol/subscriptionId\":{Id}}}}}}}\n\n");

        public Task ResultAsync(string result)
        {
            var body = Answer(result);
            return exchange.WriteAsync($"HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}");
        }

        public async Task StreamResultAsync(string notification, string result)
        {
            await exchange.OpenAsync();
            await exchange.WriteAsync($"data: {{\"jsonrpc\":\"2.0\",\"method\":\"{notification}\"}}\n\ndata: {Answer(result)}\n\n");
        }

        private string Answer(string result) => $"{{\"jsonrpc\":\"2.0\",\"id\":{Id},\"result\":{result}}}";
    }
}

using System.Globalization;
using System.Text.Json.Serialization;
using Microsoft.Extensions.DependencyInjection;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>Typed, batched, dropping and limited handlers on a stream that comes over a real socket.</summary>
public sealed partial class HandlerKindSpec
{
    private readonly ReceivedEvents _events = new();
    private readonly ConcurrentQueue<string> _said = new();

    [Fact]
    public async Task Should_give_payloads_to_those_who_want_them_when_some_do_not_fit()
    {
        await using var server = Sends(["{\"text\":\"one\"}", "{\"text\":7}", "no JSON", "null", "{\"text\":\"two\"}"]);
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp
                .AddStream(server.Url.ToString(), Streams.Quick)
                .MapPayload("chat.*", Payloads.Default.Chat)
                .AddPayloadHandler<Chat>("chat.message", (McpEvent<Chat> received) => _said.Enqueue(received.Payload.Text))
                .AddHandler<TypedActor>("chat.*")
                .AddHandler("chat.*", _events.Collect),
            services: services => services.AddSingleton(_said),
            watch: system => system.EventStream.Subscribe(
                system.ActorOf(Props.Create(() => new Listener(_said))), typeof(PayloadRejected)));

        (await _events.TextsAsync(5)).Length.ShouldBe(5);
        await Eventually.HoldsAsync(async () =>
        {
            var stats = await host.Client.GetStatsAsync();
            stats.PayloadFaults.ShouldBe(3);
            stats.Dispatched.ShouldBe(5);
            stats.HandlerFailures.ShouldBe(0);
            _said.Order(StringComparer.Ordinal).ShouldBe(["actor one", "actor two", "one", "rejected 1", "rejected 2", "rejected 3", "two"]);
        });
    }

    [Fact]
    public async Task Should_hand_each_event_once_and_in_order_to_a_batch_handler_when_connections_are_cut()
    {
        const int Events = 20_000;
        await using var server = new ScriptedServer(async exchange =>
        {
            var last = int.Parse(exchange.Request.Header("Last-Event-ID") ?? "0", CultureInfo.InvariantCulture);
            await exchange.OpenAsync();
            var text = string.Concat(Enumerable.Range(last + 1, Math.Min(3000, Events - last)).Select(n => $"id: {n}\ndata: {n}\n\n"));
            await exchange.WriteAsync(text);
            if (last + 3000 >= Events)
                await exchange.StayAsync();
            exchange.Reset();
        });
        var seen = new ConcurrentQueue<string>();
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp
                .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { InitialReconnectDelay = TimeSpan.FromMilliseconds(1), EnableEventLogging = false })
                .AddHandler<Collecting>("*"),
            services: services => services.AddSingleton(seen));

        await Eventually.HoldsAsync(() => seen.Count.ShouldBe(Events));
        seen.ShouldBe(Enumerable.Range(1, Events).Select(n => n.ToString(CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Should_drop_for_the_slow_one_alone_when_it_may_lose_events()
    {
        const int Events = 2000;
        var gate = new SemaphoreSlim(0);
        var handled = 0;
        await using var server = Sends([.. Enumerable.Range(1, Events).Select(n => $"{n}")]);
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp
                .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { EnableEventLogging = false })
                .AddHandler(HandlerRegistration.ForDelegate("*", async (McpEvent _, CancellationToken cancellation) =>
                {
                    await gate.WaitAsync(cancellation);
                    Interlocked.Increment(ref handled);
                }) with
                { Overflow = HandlerOverflow.DropOldest, OverflowCapacity = 100 })
                .AddHandler("*", _events.Collect),
            "mcp-sse.pipeline { chunk-size = 1KiB, chunks-in-flight = 2 }");

        (await _events.TextsAsync(Events)).Length.ShouldBe(Events);
        gate.Release(Events);
        await Eventually.HoldsAsync(async () =>
        {
            var dropped = (await host.Client.GetStatsAsync()).Dropped["overflow"];
            dropped.ShouldBeGreaterThan(Events - 200);
            (Volatile.Read(ref handled) + dropped).ShouldBe(Events);
        });
    }

    [Theory]
    [InlineData(HandlerOverflow.BackPressure)]
    [InlineData(HandlerOverflow.DropOldest)]
    public async Task Should_name_the_mailbox_when_it_refuses_events(HandlerOverflow overflow)
    {
        using var gate = new ManualResetEventSlim();
        await using var server = Sends([.. Enumerable.Range(1, 30).Select(n => $"{n}")]);
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp
                .AddStream(server.Url.ToString(), Streams.Quick)
                .AddHandler(HandlerRegistration.ForProps("*", Props.Create(() => new Gated(gate, _events)).WithMailbox("tiny")) with { Overflow = overflow }),
            """
            tiny {
              mailbox-type = "Akka.Dispatch.BoundedMailbox, Akka"
              mailbox-capacity = 3
              mailbox-push-timeout-time = 0s
            }
            """);

        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).Dropped.GetValueOrDefault("mailbox_full").ShouldBeGreaterThan(20));
        gate.Set();
        await Eventually.HoldsAsync(async () =>
        {
            var stats = await host.Client.GetStatsAsync();
            (_events.Waiting + stats.Dropped["mailbox_full"]).ShouldBe(30);
            stats.Dropped.ShouldNotContainKey("handler_stopped");
            stats.InFlight.ShouldBe(0);
        });
    }

    [Fact]
    public async Task Should_stop_a_handler_and_tell_when_it_has_failed_too_often()
    {
        await using var server = Sends([.. Enumerable.Range(1, 50).Select(n => $"{n}")]);
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp
                .AddStream(server.Url.ToString(), Streams.Quick)
                .AddHandler(HandlerRegistration.ForDelegate("*", new Action<McpEvent>(_ => throw new InvalidOperationException("always"))) with
                {
                    Name = "failing",
                    MaxRestarts = 3,
                })
                .AddHandler("*", _events.Collect),
            watch: system => system.EventStream.Subscribe(
                system.ActorOf(Props.Create(() => new Listener(_said))), typeof(HandlerStopped)));

        (await _events.TextsAsync(50)).Length.ShouldBe(50);
        await Eventually.HoldsAsync(async () =>
        {
            var stats = await host.Client.GetStatsAsync();
            stats.HandlerFailures.ShouldBe(4);
            stats.IsConnected.ShouldBeTrue();
            stats.InFlight.ShouldBe(0);
            _said.ShouldHaveSingleItem().ShouldStartWith("stopped failing");
        });
    }

    private static ScriptedServer Sends(string[] data) => new(Script.Sends(string.Concat(data.Select((text, number) => $"id: {number}\nevent: chat.message\ndata: {text}\n\n"))));

    private sealed class Gated : ReceiveActor
    {
        public Gated(ManualResetEventSlim gate, ReceivedEvents events) => Receive<McpEvent>(received =>
        {
            gate.Wait(Within.Limit);
            events.Collect(received);
        });
    }

    internal sealed record Chat(string Text);

    [JsonSourceGenerationOptions(System.Text.Json.JsonSerializerDefaults.Web)]
    [JsonSerializable(typeof(Chat))]
    private sealed partial class Payloads : JsonSerializerContext;

    internal sealed class TypedActor : ReceiveActor
    {
        public TypedActor(ConcurrentQueue<string> said) => Receive<McpEvent<Chat>>(received => said.Enqueue($"actor {received.Payload.Text}"));
    }

    internal sealed class Collecting(ConcurrentQueue<string> seen) : BatchHandler
    {
        protected override void Handle(EventBatchView events)
        {
            foreach (var received in events)
                seen.Enqueue(received.ToEvent().Text);
        }
    }

    private sealed class Listener : ReceiveActor
    {
        public Listener(ConcurrentQueue<string> said)
        {
            Receive<PayloadRejected>(rejected => said.Enqueue($"rejected {rejected.Event.EventId}"));
            Receive<HandlerStopped>(stopped => said.Enqueue($"stopped {stopped.Handler}: {stopped.Reason}"));
        }
    }
}

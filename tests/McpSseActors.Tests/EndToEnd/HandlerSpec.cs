using System.Globalization;
using Microsoft.Extensions.DependencyInjection;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>Handlers of every kind, and what they do wrong.</summary>
public sealed class HandlerSpec
{
    private readonly ReceivedEvents _events = new();
    private readonly SemaphoreSlim _feed = new(0);

    [Fact]
    public async Task Should_restart_it_and_disturb_nobody_when_a_handler_throws()
    {
        var others = new ReceivedEvents();
        await using var server = Server();
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), Streams.Quick)
            .AddHandler((McpEvent received) =>
            {
                if (int.Parse(received.Text, CultureInfo.InvariantCulture) % 3 == 0)
                    throw new InvalidOperationException("every third");
                _events.Collect(received);
            })
            .AddHandler(others.Collect));

        _feed.Release(9);
        (await others.TextsAsync(9)).ShouldBe(["1", "2", "3", "4", "5", "6", "7", "8", "9"]);
        (await _events.TextsAsync(6)).ShouldBe(["1", "2", "4", "5", "7", "8"]);
        await Eventually.HoldsAsync(async () =>
        {
            var stats = await host.Client.GetStatsAsync();
            stats.HandlerFailures.ShouldBe(3);
            stats.Dispatched.ShouldBe(9);
            stats.InFlight.ShouldBe(0);
            stats.GlobalHandlers.ShouldBe(3);
        });
    }

    [Fact]
    public async Task Should_keep_the_credit_when_an_asynchronous_handler_throws_every_time()
    {
        await using var server = Server();
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp
                .AddStream(server.Url.ToString(), Streams.Quick)
                .AddHandler("*", async (McpEvent _, CancellationToken cancellation) =>
                {
                    await Task.Yield();
                    throw new InvalidOperationException("always");
                }),
            "mcp-sse.pipeline.chunks-in-flight = 1");

        _feed.Release(200);
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).HandlerFailures.ShouldBe(200));
    }

    [Fact]
    public async Task Should_count_what_it_did_not_handle_when_a_handler_stops_itself()
    {
        // In one piece: what comes after the handler has stopped is not dispatched to it, and so not dropped.
        var fifty = string.Concat(Enumerable.Range(1, 50).Select(number => $"data: {number}\n\n"));
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            await exchange.WriteAsync(fifty);
            await _feed.WaitAsync(exchange.Stopped);
            await exchange.WriteAsync("data: 51\n\n");
            await exchange.StayAsync();
        });
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), Streams.Quick)
            .AddHandler<StopsAtTheThird>()
            .AddHandler(_events.Collect));

        (await _events.TextsAsync(50)).Length.ShouldBe(50);
        await Eventually.HoldsAsync(async () =>
        {
            var stats = await host.Client.GetStatsAsync();
            stats.Dropped["handler_stopped"].ShouldBe(47);
            stats.InFlight.ShouldBe(0);
            stats.GlobalHandlers.ShouldBe(2);
        });
        _feed.Release(1);
        await _events.NextAsync();
    }

    [Fact]
    public async Task Should_go_without_it_when_a_handler_cannot_be_made()
    {
        await using var server = Server();
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), Streams.Quick)
            .AddHandler<CannotBeMade>()
            .AddHandler(_events.Collect));

        _feed.Release(3);
        (await _events.TextsAsync(3)).ShouldBe(["1", "2", "3"]);
        await Eventually.HoldsAsync(async () =>
        {
            var stats = await host.Client.GetStatsAsync();
            stats.InFlight.ShouldBe(0);
            stats.GlobalHandlers.ShouldBe(2);
        });
    }

    [Fact]
    public async Task Should_give_each_a_name_when_handlers_are_added_and_removed_at_run_time()
    {
        var second = new ReceivedEvents();
        await using var server = Server();
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { EnableEventLogging = false }));
        await host.States.UntilAsync(ConnectionState.Connected);

        var first = await host.Client.AddHandlerAsync("message", _events.Collect);
        var other = await host.Client.AddHandlerAsync(second.Collect);
        first.ShouldNotBe(other);
        _feed.Release(1);
        (await _events.NextAsync()).Text.ShouldBe("1");
        (await second.NextAsync()).Text.ShouldBe("1");

        (await host.Client.RemoveHandlerAsync(first)).ShouldBeTrue();
        (await host.Client.RemoveHandlerAsync(first)).ShouldBeFalse();
        _feed.Release(1);
        (await second.NextAsync()).Text.ShouldBe("2");
        _events.Waiting.ShouldBe(0);

        (await host.Client.RemoveHandlerAsync(other)).ShouldBeTrue();
        _feed.Release(1);
        await Eventually.HoldsAsync(async () =>
        {
            var stats = await host.Client.GetStatsAsync();
            stats.Unhandled.ShouldBe(1);
            stats.HandlersByType.ShouldBeEmpty();
            stats.GlobalHandlers.ShouldBe(0);
        });
    }

    [Fact]
    public async Task Should_take_a_free_name_when_one_is_removed_and_added_at_once()
    {
        var release = new TaskCompletionSource();
        await using var server = Server();
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick), "mcp-sse.pipeline.chunks-in-flight = 100");
        var slow = HandlerRegistration.ForDelegate("*", CollectAsync) with { Name = "mine" };
        for (var i = 0; i < 20; i++)
        {
            var name = (await host.McpSse.Ask<HandlerAdded>(new AddHandler(slow), Within.Limit)).Name;
            _feed.Release(1);
            await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).TotalEventsReceived.ShouldBe(i + 1));
            (await host.Client.RemoveHandlerAsync(name)).ShouldBeTrue();
        }

        release.SetResult();
        (await _events.TextsAsync(20)).Order().ShouldBe(Enumerable.Range(1, 20).Select(n => n.ToString(CultureInfo.InvariantCulture)).Order());
        (await host.Client.GetStatsAsync()).Dropped.ShouldNotContainKey("handler_stopped");

        async Task CollectAsync(McpEvent received, CancellationToken cancellation)
        {
            await release.Task;
            _events.Collect(received);
        }
    }

    [Fact]
    public async Task Should_forget_it_when_an_actor_that_existed_already_dies()
    {
        await using var server = Server();
        IActorRef? mine = null;
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick).AddHandler(_events.Collect));
        mine = host.System.ActorOf(Props.Create(() => new Forwarder(_events)), "mine");
        await host.McpSse.Ask<HandlerAdded>(new AddHandler(HandlerRegistration.ForActorRef("message", mine)), Within.Limit);
        await host.McpSse.Ask<HandlerAdded>(new AddHandler(HandlerRegistration.ForActorRef("*", mine)), Within.Limit);

        _feed.Release(1);
        (await _events.TextsAsync(3)).ShouldBe(["1", "1", "1"]);
        host.System.Stop(mine);
        await Eventually.HoldsAsync(async () =>
        {
            var stats = await host.Client.GetStatsAsync();
            stats.HandlersByType.ShouldBeEmpty();
            stats.GlobalHandlers.ShouldBe(2);
        });
        _feed.Release(1);
        (await _events.NextAsync()).Text.ShouldBe("2");
    }

    [Fact]
    public async Task Should_leave_it_alive_when_an_actor_that_existed_already_is_removed()
    {
        await using var server = Server();
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick));
        var mine = host.System.ActorOf(Props.Create(() => new Forwarder(_events)), "mine");
        var added = await host.McpSse.Ask<HandlerAdded>(new AddHandler(HandlerRegistration.ForActorRef("*", mine)), Within.Limit);
        added.Name.ShouldBe("mine");

        (await host.Client.RemoveHandlerAsync("mine")).ShouldBeTrue();
        mine.Tell(new McpEvent("s", "message", "direct"u8.ToArray(), DateTimeOffset.UnixEpoch));
        (await _events.NextAsync()).Text.ShouldBe("direct");
    }

    [Fact]
    public async Task Should_give_it_its_services_when_a_handler_asks_for_them()
    {
        await using var server = Server();
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick).AddHandler<Forwarder>("message"),
            services: services => services.AddSingleton(_events));

        _feed.Release(2);
        (await _events.TextsAsync(2)).ShouldBe(["1", "2"]);
        (await host.Client.GetStatsAsync()).HandlersByType["message"].ShouldBe(1);
    }

    [Fact]
    public async Task Should_keep_the_order_when_a_delegate_is_asynchronous()
    {
        const int Count = 300;
        var random = new Random(7);
        var running = 0;
        await using var server = Server(events: Count);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), Streams.Quick)
            .AddHandler("*", async (McpEvent received, CancellationToken cancellation) =>
            {
                Interlocked.Increment(ref running).ShouldBe(1);
                for (var i = random.Next(4); i > 0; i--)
                    await Task.Yield();
                Interlocked.Decrement(ref running);
                _events.Collect(received);
            }));

        (await _events.TextsAsync(Count)).ShouldBe(Enumerable.Range(1, Count).Select(n => n.ToString(CultureInfo.InvariantCulture)));
        (await host.Client.GetStatsAsync()).HandlerFailures.ShouldBe(0);
    }

    [Fact]
    public async Task Should_hand_over_and_keep_only_subscribed_events_when_there_is_a_subscription()
    {
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            foreach (var type in new[] { "chat.message", "chat.message.deleted", "user.login", "user.logout", "Chat.message" })
                await exchange.WriteAsync($"event: {type}\ndata: {type}\n\n");
            await exchange.WriteAsync("data: untyped\n\nevent: user.login\ndata: last\n\n");
            await exchange.StayAsync();
        });
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { SubscribedEvents = ImmutableArray.Create("chat.*", "user.login") })
            .AddHandler(_events.Collect));

        (await _events.TextsAsync(3)).ShouldBe(["chat.message", "user.login", "last"]);
        await Eventually.HoldsAsync(async () =>
        {
            var stats = await host.Client.GetStatsAsync();
            stats.TotalEventsReceived.ShouldBe(7);
            stats.Filtered.ShouldBe(4);
            stats.Dispatched.ShouldBe(3);
        });
        (await host.Client.GetRecentEventsAsync()).Select(e => e.Text).ShouldBe(["chat.message", "user.login", "last"]);
        (await host.Client.GetEventsByTypeAsync("user.*", 1)).ShouldHaveSingleItem().Text.ShouldBe("last");
    }

    // Sends events 1, 2, 3, ... as the test feeds it.
    private ScriptedServer Server(int events = 0)
    {
        _ = events == 0 ? 0 : _feed.Release(events);
        return new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            for (var number = 1; ; number++)
            {
                await _feed.WaitAsync(exchange.Stopped);
                await exchange.WriteAsync($"data: {number}\n\n");
            }
        });
    }

    private sealed class Forwarder : ReceiveActor
    {
        public Forwarder(ReceivedEvents log) => Receive<McpEvent>(log.Collect);
    }

    private sealed class StopsAtTheThird : ReceiveActor
    {
        private int _handled;

        public StopsAtTheThird() => Receive<McpEvent>(_ =>
        {
            if (++_handled == 3)
                Context.Stop(Self);
        });
    }

    private sealed class CannotBeMade : ReceiveActor
    {
        public CannotBeMade() => throw new InvalidOperationException("no");
    }
}

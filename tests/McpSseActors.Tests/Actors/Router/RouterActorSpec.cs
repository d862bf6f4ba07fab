using System.Runtime.CompilerServices;
using Akka.Configuration;
using Akka.Event;
using Akka.TestKit;
using Akka.TestKit.TestActors;
using Akka.TestKit.Xunit2;
using McpSseActors.Actors;
using McpSseActors.Actors.Connection;
using McpSseActors.Actors.Parser;
using McpSseActors.Actors.Positions;
using McpSseActors.Actors.Router;
using McpSseActors.Actors.Stats;
using McpSseActors.Events;
using McpSseActors.Handlers;
using McpSseActors.Sse;
using Xunit.Abstractions;

namespace McpSseActors.Tests.Actors.Router;

/// <summary>The router between probes: a connection, the statistics, handlers.</summary>
public sealed class RouterActorSpec : TestKit
{
    private readonly TestProbe _stats;
    private readonly TestProbe _connection;
    private readonly IActorRef _parent;
    private readonly PipelineSettings _settings = new() { MaxEventTypes = 3, HandlerWarning = TimeSpan.FromMilliseconds(500) };
    private readonly HandlerRegistry _registry = new();

    public RouterActorSpec(ITestOutputHelper output)
        : base(TestSystem.Config, output: output)
    {
        _stats = CreateTestProbe();
        _connection = CreateTestProbe();
        _parent = CreateTestProbe();
    }

    [Fact]
    public async Task Should_hand_an_event_to_all_who_want_it_when_patterns_overlap()
    {
        var (exact, pattern, global, other) = (CreateTestProbe(), CreateTestProbe(), CreateTestProbe(), CreateTestProbe());
        var router = StartRouter(("chat.message", exact), ("chat.*", pattern), ("*", global), ("user.*", other));

        router.Tell(Batch(1, "chat.message", "system.status"));

        (await exact.ExpectMsgAsync<McpEvent>()).EventType.ShouldBe("chat.message");
        (await pattern.ExpectMsgAsync<McpEvent>()).EventType.ShouldBe("chat.message");
        (await global.ExpectMsgAsync<McpEvent>()).EventType.ShouldBe("chat.message");
        (await global.ExpectMsgAsync<McpEvent>()).EventType.ShouldBe("system.status");
        var counted = await CountsAsync();
        counted.Dispatched.ShouldBe(2);
        counted.Unhandled.ShouldBe(0);
        other.HasMessages.ShouldBeFalse();
    }

    [Fact]
    public async Task Should_keep_nothing_of_a_batch_when_it_is_handled_and_counted()
    {
        _registry.Add(HandlerRegistration.ForDelegate("*", (McpEvent _) => { }), _ => false);
        var router = Sys.ActorOf(RouterActor.Props(
            new StreamOptions { Name = "s" }, _settings, new RouterMemory(new StreamOptions { Name = "s" }, _settings), _registry, Sys.ActorOf(BlackHoleActor.Props), ActorRefs.Nobody));
        router.Tell(new StreamOpening(1, StreamPosition.Start), _connection);

        var received = Tell(router);
        await _connection.ExpectMsgAsync<Credit>();

        await AwaitConditionAsync(() =>
        {
            GC.Collect();
            return Task.FromResult(!received.IsAlive);
        });
    }

    [Fact]
    public async Task Should_give_the_credit_back_when_every_handler_is_done_and_not_before()
    {
        var gate = new ManualResetEventSlim();
        var slow = Sys.ActorOf(Props.Create(() => new SlowHandler(gate)));
        var quick = CreateTestProbe();
        var router = StartRouter(("*", slow), ("*", quick));

        router.Tell(Batch(1, "a"));
        await quick.ExpectMsgAsync<McpEvent>();
        router.Tell(new Drain(1), _connection);

        (await _connection.ExpectMsgAsync<Drained>()).ChunksInFlight.ShouldBe(1);
        gate.Set();
        (await _connection.ExpectMsgAsync<Credit>()).ShouldBe(new Credit(1, true));
    }

    [Fact]
    public async Task Should_give_as_much_credit_back_as_the_batch_took()
    {
        var gate = new ManualResetEventSlim();
        var router = StartRouter(("*", Sys.ActorOf(Props.Create(() => new SlowHandler(gate)))));

        router.Tell(Batch(1, ("a", null), chunks: 7));
        router.Tell(Batch(1, "b"));
        router.Tell(new Drain(1), _connection);

        (await _connection.ExpectMsgAsync<Drained>()).ChunksInFlight.ShouldBe(8);
        gate.Set();
        (await _connection.ExpectMsgAsync<Credit>()).Chunks.ShouldBe(7);
        (await _connection.ExpectMsgAsync<Credit>()).Chunks.ShouldBe(1);
    }

    [Fact]
    public async Task Should_let_the_connection_read_longer_when_events_spread_over_many_handlers()
    {
        string[] types = [.. Enumerable.Range(0, 64).Select(type => $"t{type}")];
        var router = StartRouter([.. types.Select(type => (type, (IActorRef)CreateTestProbe()))]);

        router.Tell(Batch(1, types));
        (await _connection.ExpectMsgAsync<Credit>()).ShouldBe(new Credit(1, true, ChunksPerRead: 2));

        router.Tell(Batch(1, "t1"));
        (await _connection.ExpectMsgAsync<Credit>()).ShouldBe(new Credit(1, true, ChunksPerRead: 1));
    }

    [Fact]
    public async Task Should_give_the_credit_back_when_a_handler_dies_with_events_in_its_mailbox()
    {
        var gate = new ManualResetEventSlim();
        var dying = Sys.ActorOf(Props.Create(() => new SlowHandler(gate)));
        var router = StartRouter(("*", dying));
        router.Tell(Batch(1, "a", "b"));
        router.Tell(Batch(1, "c"));

        Sys.Stop(dying);
        gate.Set();

        await _connection.ExpectMsgAsync<Credit>();
        await _connection.ExpectMsgAsync<Credit>();
        router.Tell(Batch(1, "d"));
        await _connection.ExpectMsgAsync<Credit>();
    }

    [Fact]
    public async Task Should_give_the_credit_back_at_once_when_nobody_wants_the_events()
    {
        var router = StartRouter();

        router.Tell(Batch(1, "a"));

        await _connection.ExpectMsgAsync<Credit>();
        (await CountsAsync()).Unhandled.ShouldBe(1);
    }

    [Fact]
    public async Task Should_leave_out_what_is_not_subscribed_when_there_is_a_filter()
    {
        var handler = CreateTestProbe();
        var router = StartRouter(new StreamOptions { Name = "s", SubscribedEvents = ["chat.*"] }, ("*", handler));

        router.Tell(Batch(1, "user.login", "chat.message"));

        (await handler.ExpectMsgAsync<McpEvent>()).EventType.ShouldBe("chat.message");
        var counted = await CountsAsync();
        counted.Filtered.ShouldBe(1);
        Accepted(counted).ShouldHaveSingleItem().EventType.ShouldBe("chat.message");
    }

    [Fact]
    public async Task Should_count_an_event_as_unhandled_when_only_an_observer_receives_it()
    {
        _registry.Add(EventLoggingHandler.Registration, _ => false);
        var router = StartRouter();

        router.Tell(Batch(1, "a"));

        (await CountsAsync()).Unhandled.ShouldBe(1);
    }

    [Fact]
    public async Task Should_hand_on_comments_and_count_only_events_when_both_come()
    {
        var (comments, global) = (CreateTestProbe(), CreateTestProbe());
        var router = StartRouter(new StreamOptions { Name = "s", SubscribedEvents = ["a"] }, (McpEvent.CommentType, comments), ("*", global));

        router.Tell(Batch(
            1,
            new McpEvent("s", McpEvent.CommentType, "keep-alive"u8.ToArray(), DateTimeOffset.UnixEpoch, isComment: true),
            new McpEvent("s", ":", "{}"u8.ToArray(), DateTimeOffset.UnixEpoch)));

        (await comments.ExpectMsgAsync<McpEvent>()).Text.ShouldBe("keep-alive");
        (await global.ExpectMsgAsync<McpEvent>()).IsComment.ShouldBeTrue();
        var counted = await CountsAsync();
        counted.Received.ShouldBe([(":", 1)]);
        counted.Filtered.ShouldBe(1, "the server's own event of that name is an event like any other");
        Accepted(counted).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_restart_a_handler_and_disturb_no_other_when_it_throws()
    {
        var other = CreateTestProbe();
        var survivor = CreateTestProbe();
        _registry.Add(HandlerRegistration.ForProps("*", Props.Create(() => new FailingHandler("bad", survivor))), _ => false);
        var router = StartRouter(("*", other));

        router.Tell(Batch(1, "bad", "good"));

        await other.ExpectMsgAsync<McpEvent>();
        await other.ExpectMsgAsync<McpEvent>();
        (await survivor.ExpectMsgAsync<string>()).ShouldBe("good");
        await _stats.FishForMessageAsync(m => m is HandlerFailed);
        await _connection.ExpectMsgAsync<Credit>();
    }

    [Fact]
    public async Task Should_drop_repeats_when_the_stream_resumes()
    {
        var handler = CreateTestProbe();
        var router = StartRouter(("*", handler));
        router.Tell(Batch(1, ("a", "1"), ("b", "2")));
        router.Tell(new StreamOpening(2, new StreamPosition("1")), _connection);

        router.Tell(Batch(2, ("b", "2"), ("c", "3")));

        var types = new List<string>();
        for (var i = 0; i < 3; i++)
            types.Add((await handler.ExpectMsgAsync<McpEvent>()).EventType);
        types.ShouldBe(["a", "b", "c"]);
        await CountsAsync();
        (await CountsAsync()).Duplicates.ShouldBe(1);
    }

    [Fact]
    public async Task Should_add_and_remove_handlers_when_asked()
    {
        var handler = CreateTestProbe();
        var router = StartRouter();

        var added = await router.Ask<HandlerAdded>(new AddHandler(HandlerRegistration.ForActorRef("*", handler) with { Name = "mine" }));
        var again = await router.Ask<HandlerAdded>(new AddHandler(HandlerRegistration.ForActorRef("x", handler) with { Name = "mine" }));
        added.Name.ShouldBe("mine");
        again.Name.ShouldBe("mine-2");
        router.Tell(Batch(1, "a"));
        await handler.ExpectMsgAsync<McpEvent>();
        (await router.Ask<HandlerRemoved>(new RemoveHandler("mine"))).Existed.ShouldBeTrue();
        (await router.Ask<HandlerRemoved>(new RemoveHandler("mine"))).Existed.ShouldBeFalse();
        router.Tell(Batch(1, "a", "x"));
        (await handler.ExpectMsgAsync<McpEvent>()).EventType.ShouldBe("x");
        (await router.Ask<HandlerList>(new GetHandlers())).Handlers.Select(handler => (handler.Name, handler.Pattern)).ShouldBe([("mine-2", "x")]);
    }

    [Fact]
    public async Task Should_answer_with_a_failure_and_go_on_when_a_handler_cannot_be_created()
    {
        var other = CreateTestProbe();
        var router = StartRouter(("*", other));
        var impossible = Props.Create(() => new FailingHandler("", other)).WithDispatcher("not-configured");

        await Should.ThrowAsync<ConfigurationException>(() => router.Ask<HandlerAdded>(new AddHandler(HandlerRegistration.ForProps("*", impossible))));

        router.Tell(Batch(1, "a"));
        await other.ExpectMsgAsync<McpEvent>();
        (await router.Ask<HandlerList>(new GetHandlers())).Handlers.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Should_wait_no_longer_for_a_handler_when_it_is_removed()
    {
        var gate = new ManualResetEventSlim();
        var hung = Sys.ActorOf(Props.Create(() => new SlowHandler(gate)));
        _registry.Add(HandlerRegistration.ForActorRef("*", hung) with { Name = "hung" }, _ => false);
        var router = StartRouter();
        router.Tell(Batch(1, "a"));

        await router.Ask<HandlerRemoved>(new RemoveHandler("hung"));

        await _connection.ExpectMsgAsync<Credit>();
        gate.Set();
        router.Tell(new Drain(1), _connection);
        (await _connection.ExpectMsgAsync<Drained>()).ChunksInFlight.ShouldBe(0);
    }

    [Fact]
    public async Task Should_warn_and_name_the_handler_when_it_stands_still()
    {
        var gate = new ManualResetEventSlim();
        var hung = Sys.ActorOf(Props.Create(() => new SlowHandler(gate)));
        _registry.Add(HandlerRegistration.ForActorRef("*", hung) with { Name = "hung" }, _ => false);

        var log = CreateTestProbe();
        Sys.EventStream.Subscribe(log, typeof(Warning));

        StartRouter(new StreamOptions { Name = "s" }).Tell(Batch(1, "a"));

        await log.FishForMessageAsync(
            m => m is Warning warning && warning.Message.ToString()!.StartsWith("Handler hung of stream s has not finished", StringComparison.Ordinal),
            Support.Within.Limit);
        gate.Set();
    }

    [Fact]
    public async Task Should_give_no_credit_when_the_statistics_lag()
    {
        var gate = new ManualResetEventSlim();
        var lagging = Sys.ActorOf(Props.Create(() => new LaggingStatistics(gate)));
        var options = new StreamOptions { Name = "s" };
        var router = Sys.ActorOf(RouterActor.Props(options, _settings, new RouterMemory(options, _settings), _registry, lagging, ActorRefs.Nobody));
        router.Tell(new StreamOpening(1, StreamPosition.Start), _connection);
        router.Tell(Batch(1, "a"));
        router.Tell(new Drain(1), _connection);

        (await _connection.ExpectMsgAsync<Drained>()).ChunksInFlight.ShouldBe(1);
        gate.Set();
        await _connection.ExpectMsgAsync<Credit>();
    }

    [Fact]
    public async Task Should_not_move_back_when_the_connection_breaks_while_the_server_repeats()
    {
        var handler = CreateTestProbe();
        var router = StartRouter(("*", handler));
        router.Tell(Batch(1, ("a", "16"), ("a", "17"), ("a", "18"), ("a", "19"), ("a", "20")));
        await DrainedAtAsync(router, 1, "20");

        router.Tell(new StreamOpening(2, new StreamPosition("20")), _connection);
        router.Tell(Batch(2, ("a", "16"), ("a", "17"), ("a", "18")));
        await DrainedAtAsync(router, 2, "20");

        router.Tell(new StreamOpening(3, new StreamPosition("20")), _connection);
        router.Tell(Batch(3, ("a", "16"), ("a", "17")));
        router.Tell(Batch(3, ("a", "18"), ("a", "19"), ("a", "20"), ("a", "21")));
        await DrainedAtAsync(router, 3, "21");

        router.Tell(new StreamOpening(4, new StreamPosition("21")), _connection);
        router.Tell(Batch(4, ("a", "21"), ("b", "2")));
        await DrainedAtAsync(router, 4, "2");
    }

    private async Task DrainedAtAsync(IActorRef router, long epoch, string id)
    {
        router.Tell(new Drain(epoch), _connection);
        (await ((Task<object>)_connection.FishForMessageAsync(m => m is Drained).AsTask())).ShouldBeOfType<Drained>().Position.LastEventId.ShouldBe(id);
    }

    [Fact]
    public async Task Should_forget_a_handler_when_it_stops()
    {
        var handler = CreateTestProbe();
        var router = StartRouter(("*", handler));
        await _stats.ExpectMsgAsync<HandlersChanged>();

        Sys.Stop(handler);

        (await _stats.ExpectMsgAsync<HandlersChanged>()).Global.ShouldBe(0);
        router.Tell(Batch(1, "a"));
        (await CountsAsync()).Unhandled.ShouldBe(1);
    }

    [Fact]
    public async Task Should_resume_before_the_lost_batch_with_its_handlers_when_it_was_restarted()
    {
        var handler = CreateTestProbe();
        var router = StartRouter(("*", handler));
        router.Tell(Batch(1, ("a", "1")));
        await handler.ExpectMsgAsync<McpEvent>();
        await _connection.ExpectMsgAsync<Credit>();

        router.Tell(new EventBatch { Epoch = 1, Events = null!, Bytes = 0, Comments = 0, LeftOut = default, Position = new StreamPosition("2") });
        router.Tell(Batch(1, ("c", "3")));
        router.Tell(new Drain(1), _connection);

        (await _connection.ExpectMsgAsync<Drained>()).Position.LastEventId.ShouldBe("1", "what came after the lost batch comes again with it");
        router.Tell(new StreamOpening(2, new StreamPosition("1")), _connection);
        router.Tell(Batch(2, ("b", "2")));
        (await handler.ExpectMsgAsync<McpEvent>()).EventType.ShouldBe("b");
    }

    [Fact]
    public async Task Should_keep_its_handlers_and_wait_for_them_when_it_was_restarted()
    {
        var gate = new ManualResetEventSlim();
        var slow = Props.Create(() => new SlowHandler(gate));
        _registry.Add(HandlerRegistration.ForProps("*", slow), _ => false);
        var router = StartRouter();
        router.Tell(Batch(1, "a"));
        router.Tell(new EventBatch { Epoch = 1, Events = null!, Bytes = 0, Comments = 0, LeftOut = default, Position = StreamPosition.Start });
        router.Tell(new StreamOpening(2, StreamPosition.Start), _connection);
        router.Tell(Batch(2, "b"));
        router.Tell(new Drain(2), _connection);
        router.Tell(new DrainStream("the host shuts down"), TestActor);
        router.Tell(new EventBatch { Epoch = 2, Events = null!, Bytes = 0, Comments = 0, LeftOut = default, Position = StreamPosition.Start });

        (await _connection.ExpectMsgAsync<Drained>()).ChunksInFlight.ShouldBe(2);
        (await _stats.FishForMessageAsync<InFlightCounted>(_ => true)).Events.ShouldBe(1);
        (await _stats.FishForMessageAsync<InFlightCounted>(_ => true)).Events.ShouldBe(2);
        gate.Set();
        await _connection.ExpectMsgAsync<Credit>();
        await _connection.ExpectMsgAsync<Credit>();
        await ExpectMsgAsync<ShutDownCompleted>();
    }

    [Fact]
    public async Task Should_answer_with_a_failure_when_no_handler_is_named()
    {
        var router = StartRouter();

        await Should.ThrowAsync<ArgumentNullException>(() => router.Ask<HandlerAdded>(new AddHandler(null!)));
    }

    [Fact]
    public async Task Should_count_a_type_with_the_others_when_its_name_is_endless()
    {
        var router = StartRouter();

        router.Tell(Batch(1, new string('x', 1000)));

        (await CountsAsync()).Received.ShouldBe([(RoutingTable.OtherTypes, 1)]);
    }

    [Fact]
    public async Task Should_count_further_types_together_when_there_are_too_many()
    {
        var router = StartRouter(new StreamOptions { Name = "s" });

        router.Tell(Batch(1, [.. Enumerable.Range(0, 5).Select(i => $"type-{i}")]));

        (await CountsAsync()).Received.ShouldBe([("type-0", 1), ("type-1", 1), ("type-2", 1), (RoutingTable.OtherTypes, 1), (RoutingTable.OtherTypes, 1)]);
    }

    [Fact]
    public async Task Should_dispatch_nothing_after_a_freeze_when_the_stream_is_not_confirmed()
    {
        var time = new ManualTime();
        using var freezes = new FreezeWatch(TimeSpan.FromSeconds(2), time);
        var settings = _settings with { Placement = new Placement("a:1", freezes) };
        var (stream, handler) = (CreateTestProbe(), CreateTestProbe());
        _registry.Add(HandlerRegistration.ForActorRef("*", handler), _ => false);
        var options = new StreamOptions { Name = "s" };
        var router = stream.ChildActorOf(RouterActor.Props(options, settings, new RouterMemory(options, settings), _registry, _stats, ActorRefs.Nobody));
        router.Tell(new StreamOpening(1, StreamPosition.Start), _connection);
        router.Tell(Batch(1, ("a", "1")));
        (await handler.ExpectMsgAsync<McpEvent>()).EventId.ShouldBe("1");

        time.Advance(seconds: 40);
        router.Tell(Batch(1, ("a", "2")));
        await stream.ExpectMsgAsync<OwnershipInDoubt>();
        router.Tell(new StreamOpening(2, new StreamPosition("1")), _connection);
        router.Tell(Batch(2, ("a", "3")));
        router.Tell(new OwnershipConfirmed());
        router.Tell(Batch(2, ("a", "4")));
        router.Tell(new StreamOpening(3, new StreamPosition("1")), _connection);
        router.Tell(Batch(3, ("a", "5")));

        (await handler.FishForMessageAsync(message => message is McpEvent)).ShouldBeOfType<McpEvent>().EventId.ShouldBe("5");
    }

    private IActorRef StartRouter(params (string Pattern, IActorRef Handler)[] handlers) => StartRouter(new StreamOptions { Name = "s" }, handlers);

    private IActorRef StartRouter(StreamOptions options, params (string Pattern, IActorRef Handler)[] handlers)
    {
        foreach (var (pattern, handler) in handlers)
            _registry.Add(HandlerRegistration.ForActorRef(pattern, handler), _ => false);
        var router = Sys.ActorOf(RouterActor.Props(options, _settings, new RouterMemory(options, _settings), _registry, _stats, ActorRefs.Nobody));
        router.Tell(new StreamOpening(1, StreamPosition.Start), _connection);
        return router;
    }

    // In a method of its own, so that the test does not hold the event itself.
    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Tell(IActorRef router)
    {
        var received = new McpEvent("s", "a", "{}"u8.ToArray(), DateTimeOffset.UnixEpoch);
        router.Tell(Batch(1, received));
        return new WeakReference(received);
    }

    private async Task<BatchDispatched> CountsAsync() => (BatchDispatched)await _stats.FishForMessageAsync(m => m is BatchDispatched);

    private static EventBatch Batch(long epoch, params string[] types) => Batch(epoch, [.. types.Select(t => (t, (string?)null))]);

    private static EventBatch Batch(long epoch, params (string Type, string? Id)[] events) =>
        Batch(epoch, [.. events.Select(e => new McpEvent("s", e.Type, "{}"u8.ToArray(), DateTimeOffset.UnixEpoch, e.Id))]);

    private static EventBatch Batch(long epoch, (string Type, string? Id) received, int chunks) =>
        Batch(chunks, epoch, new McpEvent("s", received.Type, "{}"u8.ToArray(), DateTimeOffset.UnixEpoch, received.Id));

    private static EventBatch Batch(long epoch, params McpEvent[] events) => Batch(1, epoch, events);

    private static EventBatch Batch(int chunks, long epoch, params McpEvent[] events) => new()
    {
        Epoch = epoch,
        Events = EventBuffer.Of(events),
        Bytes = 10,
        Chunks = chunks,
        Comments = 0,
        LeftOut = default,
        Position = new StreamPosition(events.LastOrDefault()?.EventId ?? ""),
    };

    private static IEnumerable<McpEvent> Accepted(BatchDispatched counted) =>
        Enumerable.Range(0, counted.Events.Count).Where(counted.Events.IsAccepted).Select(counted.Events.ToEvent);

    private sealed class SlowHandler : ReceiveActor
    {
        public SlowHandler(ManualResetEventSlim gate) => Receive<McpEvent>(_ => gate.Wait(Support.Within.Limit));
    }

    private sealed class LaggingStatistics : ReceiveActor
    {
        public LaggingStatistics(ManualResetEventSlim gate) => Receive<BatchDispatched>(_ => gate.Wait(Support.Within.Limit));
    }

    private sealed class FailingHandler : ReceiveActor
    {
        public FailingHandler(string bad, IActorRef survivor) => Receive<McpEvent>(received =>
        {
            if (received.EventType == bad)
                throw new InvalidOperationException("as the test wants it");
            survivor.Tell(received.EventType);
        });
    }
}

using Akka.Configuration;
using Akka.Event;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using McpSseActors.Actors;
using McpSseActors.Actors.Connection;
using McpSseActors.Actors.Parser;
using McpSseActors.Actors.Router;
using McpSseActors.Actors.Stats;
using McpSseActors.Events;
using McpSseActors.Handlers;
using McpSseActors.Sse;
using Xunit.Abstractions;

namespace McpSseActors.Tests.Actors.Router;

/// <summary>What the router does for handlers of payloads, of batches, with a queue, with a limit; periods pass in virtual time.</summary>
public sealed class RouterHandlersSpec : TestKit
{
    private static readonly StreamOptions Options = new() { Name = "s" };

    private readonly PipelineSettings _settings = new();
    private readonly HandlerRegistry _registry = new();
    private readonly ManualResetEventSlim _gate = new();
    private readonly TestProbe _stats;
    private readonly TestProbe _connection;
    private readonly TestProbe _handled;

    public RouterHandlersSpec(ITestOutputHelper output)
        : base(ConfigurationFactory.ParseString("akka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"")
            .WithFallback(TestSystem.Config), output: output)
    {
        _stats = CreateTestProbe();
        _connection = CreateTestProbe();
        _handled = CreateTestProbe();
    }

    [Fact]
    public async Task Should_hand_a_payload_to_typed_and_untyped_handlers_when_both_want_it()
    {
        var (plain, log) = (CreateTestProbe(), _handled);
        var router = Start(
            HandlerRegistration.ForActorRef("*", plain),
            HandlerRegistration.ForPayload<int>("*", (McpEvent<int> received) => log.Ref.Tell(received.Payload)));

        router.Tell(Batch([new McpEvent<int>(Event("a"), 7), Event("b")]));

        (await plain.ExpectMsgAsync<McpEvent>()).ShouldBeOfType<McpEvent<int>>().Payload.ShouldBe(7);
        (await plain.ExpectMsgAsync<McpEvent>()).EventType.ShouldBe("b");
        (await _handled.ExpectMsgAsync<int>()).ShouldBe(7);
        await _connection.ExpectMsgAsync<Credit>();
    }

    [Fact]
    public async Task Should_handle_a_batch_each_time_when_a_test_tells_it_twice()
    {
        _gate.Set();
        var handler = Sys.ActorOf(Props.Create(() => new Lines(_gate, _handled)));
        var batch = new McpEventBatch(Event("a"), Event("b"));

        handler.Tell(batch);
        handler.Tell(batch);

        (await _handled.ExpectMsgAsync<string>()).ShouldBe("a b");
        (await _handled.ExpectMsgAsync<string>()).ShouldBe("a b");
    }

    [Fact]
    public async Task Should_count_publish_and_warn_once_a_period_when_payloads_do_not_fit()
    {
        var (rejections, warnings) = (CreateTestProbe(), CreateTestProbe());
        Sys.EventStream.Subscribe(rejections, typeof(PayloadRejected));
        Sys.EventStream.Subscribe(warnings, typeof(Warning));
        McpEvent[] events = [Event("a", "1"), Event("b", "2"), Event("c", "3")];
        PayloadRejected[] rejected = [new(events[0], "Chat", "it is null"), new(events[2], "Chat", "it is null")];
        var router = Start();

        router.Tell(Batch(events, rejected));

        (await ((Task<object>)_stats.FishForMessageAsync(m => m is BatchDispatched).AsTask())).ShouldBeOfType<BatchDispatched>().PayloadFaults.ShouldBe(2);
        (await rejections.ExpectMsgAsync<PayloadRejected>()).Event.EventId.ShouldBe("1");
        (await rejections.ExpectMsgAsync<PayloadRejected>()).Event.EventId.ShouldBe("3");
        (await NextAsync(warnings)).ShouldBe("The payload of event a (stream s, id 1) is no Chat: it is null. It goes on as a plain event");
        PassPeriod();
        (await NextAsync(warnings)).ShouldBe("1 more payload(s) of stream s were no Chat in the last 30 s");
    }

    [Fact]
    public async Task Should_log_the_first_failure_and_the_number_of_the_others_when_a_handler_throws_each_time()
    {
        var errors = CreateTestProbe();
        Sys.EventStream.Subscribe(errors, typeof(Error));
        var router = Start(HandlerRegistration.ForDelegate("*", (McpEvent received) => { throw new InvalidOperationException(received.EventType); }));

        router.Tell(Batch([.. Enumerable.Range(1, 50).Select(number => Event($"e{number}"))]));

        (await NextErrorAsync(errors)).ShouldBe("Handler delegate of stream s failed and is restarted; it was handling an event of type e1 / e1");
        for (var number = 1; number <= 50; number++)
            await _stats.FishForMessageAsync(m => m is HandlerFailed);
        PassPeriod();
        (await NextErrorAsync(errors)).ShouldBe("Handler delegate of stream s failed 49 more time(s) in the last 30 s, and was restarted; at last, it was handling an event of type e50 / e50");
    }

    [Theory]
    [InlineData("a bad c d e", 3, "event 2 of type bad, and did not come to 3 more of its batch")]
    [InlineData("a b bad", 0, "event 3 of type bad")]
    [InlineData("a b c d", 4, "a batch of 4, of which 4 count as not handled")]
    [InlineData("a b late", 3, "a batch of 3, of which 3 count as not handled")]
    public async Task Should_count_what_a_batch_handler_did_not_come_to_when_it_throws(string types, int left, string work)
    {
        _gate.Set();
        var errors = CreateTestProbe();
        Sys.EventStream.Subscribe(errors, typeof(Error));
        var router = Start(Batches("*"));

        router.Tell(Batch([.. types.Split(' ').Select((type, index) => Event(type, $"{index + 1}"))]));
        router.Tell(Batch([Event("next")]));

        (await NextErrorAsync(errors)).ShouldBe($"Handler Lines of stream s failed and is restarted; it was handling {work} / as the test wants it");
        (await _handled.ExpectMsgAsync<string>()).ShouldBe("next");
        await _stats.FishForMessageAsync(m => m is HandlerFailed);
        var dropped = 0;
        await _stats.FishForMessageAsync(m =>
        {
            dropped += m is EventsDropped { Reason: "batch_failed" } some ? some.Events : 0;
            return m is BatchHandled;
        });
        dropped.ShouldBe(left);
    }

    [Fact]
    public async Task Should_cut_the_id_and_the_type_when_the_log_names_the_event_of_a_failure()
    {
        var errors = CreateTestProbe();
        Sys.EventStream.Subscribe(errors, typeof(Error));
        var router = Start(HandlerRegistration.ForDelegate("*", (McpEvent _) => { throw new InvalidOperationException("no"); }));

        router.Tell(Batch([Event($"t\u001b[31m{new string('t', 10_000)}", $"i\n{new string('i', 10_000)}")]));

        var line = await NextErrorAsync(errors);
        line.Length.ShouldBeLessThan(1000);
        line.ShouldNotContain("\n");
        line.ShouldNotContain("\u001b");
    }

    private static async Task<string> NextErrorAsync(TestProbe errors)
    {
        var error = await errors.ExpectMsgAsync<Error>();
        return $"{error.Message} / {error.Cause.Message}";
    }

    [Fact]
    public async Task Should_say_nothing_of_a_payload_when_its_event_is_a_repeat()
    {
        var rejections = CreateTestProbe();
        Sys.EventStream.Subscribe(rejections, typeof(PayloadRejected));
        var (first, again, next) = (Event("a", "1"), Event("a", "1"), Event("b", "2"));
        var router = Start();
        router.Tell(Batch([first], [new PayloadRejected(first, "Chat", "it is null")]));
        router.Tell(new StreamOpening(2, StreamPosition.Start), _connection);

        router.Tell(Batch([again, next], [new PayloadRejected(again, "Chat", "it is null"), new PayloadRejected(next, "Chat", "it is null")]));

        (await rejections.ExpectMsgAsync<PayloadRejected>()).Event.EventId.ShouldBe("1");
        (await rejections.ExpectMsgAsync<PayloadRejected>()).Event.EventId.ShouldBe("2");
    }

    [Fact]
    public async Task Should_tell_a_batch_handler_once_a_batch_and_wait_for_it_when_its_events_come()
    {
        var router = Start(Batches("x.*"));

        router.Tell(Batch([Event("x.1"), Event("y"), Event("x.2")]));
        router.Tell(Batch([Event("y")]));
        router.Tell(Batch([Event("x.3")]));
        await _connection.ExpectMsgAsync<Credit>();
        router.Tell(new Drain(1), _connection);
        (await _connection.ExpectMsgAsync<Drained>()).ChunksInFlight.ShouldBe(2);
        _gate.Set();

        (await _handled.ExpectMsgAsync<string>()).ShouldBe("x.1 x.2");
        (await _handled.ExpectMsgAsync<string>()).ShouldBe("x.3");
        await _connection.ExpectMsgAsync<Credit>();
        await _connection.ExpectMsgAsync<Credit>();
    }

    [Fact]
    public async Task Should_count_one_failure_and_go_on_when_a_batch_handler_throws()
    {
        _gate.Set();
        var router = Start(Batches("*"));

        router.Tell(Batch([Event("a"), Event("bad"), Event("b")]));
        router.Tell(Batch([Event("c")]));

        (await _handled.ExpectMsgAsync<string>()).ShouldBe("c");
        await _stats.FishForMessageAsync(m => m is HandlerFailed);
        await _connection.ExpectMsgAsync<Credit>();
        await _connection.ExpectMsgAsync<Credit>();
    }

    [Fact]
    public async Task Should_tell_no_event_of_a_lost_batch_and_set_every_fence_when_it_was_restarted()
    {
        var router = Start(Batches("*"));
        router.Tell(Batch([Event("a")]));
        router.Tell(Batch([Event("lost"), null!]));
        router.Tell(new StreamOpening(1, StreamPosition.Start), _connection);
        router.Tell(Batch([Event("b")]));
        router.Tell(new Drain(1), _connection);

        await _connection.ExpectMsgAsync<Drained>();
        _connection.HasMessages.ShouldBeFalse("its handler is still busy with the first");
        _gate.Set();
        (await _handled.ExpectMsgAsync<string>()).ShouldBe("a");
        (await _handled.ExpectMsgAsync<string>()).ShouldBe("b");
        await _connection.ExpectMsgAsync<Credit>();
        await _connection.ExpectMsgAsync<Credit>();
    }

    [Fact]
    public async Task Should_give_the_credit_back_and_wait_at_the_end_when_a_handler_drops()
    {
        var router = Start(Batches("*") with { Overflow = HandlerOverflow.DropOldest, OverflowCapacity = 2 });
        router.Tell(Batch([Event("a")]));
        await _connection.ExpectMsgAsync<Credit>();
        router.Tell(Batch([Event("b"), Event("c"), Event("d")]));
        await _connection.ExpectMsgAsync<Credit>();

        router.Tell(new DrainStream("the host shuts down"), TestActor);
        (await _stats.FishForMessageAsync<EventsWaiting>(_ => true)).Events.ShouldBe(3);
        HasMessages.ShouldBeFalse();
        _gate.Set();

        await ExpectMsgAsync<ShutDownCompleted>();
        (await _handled.ExpectMsgAsync<string>()).ShouldBe("a");
        (await _handled.ExpectMsgAsync<string>()).ShouldBe("c d");
        _connection.HasMessages.ShouldBeFalse();
    }

    [Fact]
    public async Task Should_handle_what_waits_and_end_the_handler_when_one_that_drops_is_removed()
    {
        var router = Start(Batches("*") with { Name = "mine", Overflow = HandlerOverflow.DropOldest });
        await router.Ask<HandlerList>(new GetHandlers(), Support.Within.Limit);
        var handler = await Sys.ActorSelection(router.Path / "mine").ResolveOne(Support.Within.Limit);
        router.Tell(Batch([Event("a")]));
        await _connection.ExpectMsgAsync<Credit>();
        router.Tell(Batch([Event("b")]));
        await _connection.ExpectMsgAsync<Credit>();
        Watch(handler);

        (await router.Ask<HandlerRemoved>(new RemoveHandler("mine"), Support.Within.Limit)).Existed.ShouldBeTrue();
        _gate.Set();

        (await _handled.ExpectMsgAsync<string>()).ShouldBe("a");
        (await _handled.ExpectMsgAsync<string>()).ShouldBe("b");
        await ExpectTerminatedAsync(handler);
    }

    [Fact]
    public async Task Should_forget_it_and_keep_no_credit_when_a_handler_that_drops_stops()
    {
        var notices = Notices();
        var handler = CreateTestProbe();
        var router = Start(HandlerRegistration.ForActorRef("*", handler) with { Name = "mine", Overflow = HandlerOverflow.DropNewest });

        Sys.Stop(handler);

        (await notices.ExpectMsgAsync<HandlerStopped>()).ShouldBe(new HandlerStopped("s", "mine", "*", "it stopped itself, or was stopped by another"));
        router.Tell(Batch([Event("a")]));
        await _connection.ExpectMsgAsync<Credit>();
        (await router.Ask<HandlerList>(new GetHandlers(), Support.Within.Limit)).Handlers.ShouldBeEmpty();
        router.Tell(new DrainStream("the host shuts down"), TestActor);
        await ExpectMsgAsync<ShutDownCompleted>();
    }

    [Fact]
    public async Task Should_stop_it_and_say_so_when_a_handler_has_used_up_its_restarts()
    {
        _gate.Set();
        var notices = Notices();
        var router = Start(Batches("*") with { Name = "mine", MaxRestarts = 2, RestartWindow = TimeSpan.FromMinutes(10) });

        for (var i = 0; i < 3; i++)
            router.Tell(Batch([Event("bad")]));

        (await notices.ExpectMsgAsync<HandlerStopped>()).ShouldBe(
            new HandlerStopped("s", "mine", "*", "it failed, and its 2 restart(s) within 600 s are used up: InvalidOperationException"));
        for (var i = 0; i < 3; i++)
            await _stats.FishForMessageAsync(m => m is HandlerFailed);
        router.Tell(Batch([Event("a")]));
        for (var i = 0; i < 4; i++)
            await _connection.ExpectMsgAsync<Credit>();
    }

    [Fact]
    public async Task Should_let_the_operator_decide_when_hocon_names_the_handler()
    {
        _gate.Set();
        var notices = Notices();
        var settings = PipelineSettings.Create("mcp-sse.handlers.by-name.mine.max-restarts = 0");
        _registry.Add(Batches("*") with { Name = "mine", MaxRestarts = -1 }, _ => false);
        var router = Sys.ActorOf(RouterActor.Props(Options, settings, new RouterMemory(Options, settings), _registry, _stats, ActorRefs.Nobody));
        router.Tell(new StreamOpening(1, StreamPosition.Start), _connection);

        router.Tell(Batch([Event("bad")]));

        (await notices.ExpectMsgAsync<HandlerStopped>()).Handler.ShouldBe("mine");
    }

    [Fact]
    public async Task Should_say_so_when_a_handler_cannot_start_or_is_killed()
    {
        var notices = Notices();
        var router = Start(
            HandlerRegistration.ForProps("*", Props.Create<CannotStart>()) with { Name = "cannot" },
            Batches("*") with { Name = "mine" },
            HandlerRegistration.ForProps("*", Props.Create<CannotStart>().WithDispatcher("none")) with { Name = "impossible" });
        (await notices.ExpectMsgAsync<HandlerStopped>()).Reason.ShouldBe("it cannot be created: ConfigurationException");
        (await notices.ExpectMsgAsync<HandlerStopped>()).ShouldSatisfyAllConditions(
            n => n.Handler.ShouldBe("cannot"),
            n => n.Reason.ShouldStartWith("it cannot start: "));

        Sys.ActorSelection(router.Path / "mine").Tell(Kill.Instance);

        (await notices.ExpectMsgAsync<HandlerStopped>()).Reason.ShouldBe("it was killed");
    }

    [Fact]
    public async Task Should_say_nothing_when_a_handler_is_removed()
    {
        var notices = Notices();
        var router = Start(Batches("*") with { Name = "first" }, Batches("*") with { Name = "second" });
        await router.Ask<HandlerList>(new GetHandlers(), Support.Within.Limit);
        var first = await Sys.ActorSelection(router.Path / "first").ResolveOne(Support.Within.Limit);
        Watch(first);

        await router.Ask<HandlerRemoved>(new RemoveHandler("first"), Support.Within.Limit);
        await ExpectTerminatedAsync(first);

        Sys.ActorSelection(router.Path / "second").Tell(PoisonPill.Instance);
        (await notices.ExpectMsgAsync<HandlerStopped>()).Handler.ShouldBe("second");
    }

    private void PassPeriod() => ((TestScheduler)Sys.Scheduler).Advance(_settings.HandlerWarning);

    private TestProbe Notices()
    {
        var notices = CreateTestProbe();
        Sys.EventStream.Subscribe(notices, typeof(HandlerStopped));
        return notices;
    }

    private IActorRef Start(params HandlerRegistration[] handlers)
    {
        foreach (var handler in handlers)
            _registry.Add(handler, _ => false);
        var router = Sys.ActorOf(RouterActor.Props(Options, _settings, new RouterMemory(Options, _settings), _registry, _stats, ActorRefs.Nobody));
        router.Tell(new StreamOpening(1, StreamPosition.Start), _connection);
        return router;
    }

    private HandlerRegistration Batches(string pattern) => HandlerRegistration.ForProps(pattern, Props.Create(() => new Lines(_gate, _handled)));

    private static async Task<string> NextAsync(TestProbe warnings) => (await warnings.ExpectMsgAsync<Warning>(Support.Within.Limit)).Message.ToString()!;

    private static McpEvent Event(string type, string? id = null) => new("s", type, "{}"u8.ToArray(), DateTimeOffset.UnixEpoch, id);

    private static EventBatch Batch(McpEvent[] events, PayloadRejected[]? rejected = null) => new()
    {
        Epoch = 1,
        Events = EventBuffer.Of(events),
        Rejected = [.. rejected ?? []],
        Bytes = 10,
        Comments = 0,
        LeftOut = default,
        Position = StreamPosition.Start,
    };

    private sealed class Lines(ManualResetEventSlim gate, IActorRef log) : BatchHandler
    {
        protected override void Handle(EventBatchView events)
        {
            gate.Wait(Support.Within.Limit);
            if (events.Count == 4)
                throw new InvalidOperationException("as the test wants it");
            var types = new List<string>();
            foreach (var received in events)
                types.Add(received.EventType == "bad" ? throw new InvalidOperationException("as the test wants it") : received.EventType);
            if (types.Contains("late"))
                throw new InvalidOperationException("as the test wants it");
            log.Tell(string.Join(' ', types));
        }
    }

    private sealed class CannotStart : ReceiveActor
    {
        public CannotStart() => throw new InvalidOperationException("no");
    }
}

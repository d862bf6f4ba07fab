using Akka.Configuration;
using Akka.Dispatch;
using Akka.Event;
using Akka.TestKit.Xunit2;
using McpSseActors.Actors;
using McpSseActors.Actors.Connection;
using McpSseActors.Actors.Parser;
using McpSseActors.Actors.Router;
using McpSseActors.Events;
using McpSseActors.Handlers;
using McpSseActors.Sse;
using Xunit.Abstractions;

namespace McpSseActors.Tests.Actors.Router;

/// <summary>The mailbox of handlers: which handlers have it, and that it keeps the order.</summary>
public sealed class HandlerMailboxSpec(ITestOutputHelper output) : TestKit(Settings, output: output)
{
    private static readonly StreamOptions Options = new() { Name = "s" };
    private static readonly Config Settings = ConfigurationFactory.ParseString("""
        bounded { mailbox-type = "Akka.Dispatch.BoundedMailbox, Akka", mailbox-capacity = 1000, mailbox-push-timeout-time = 1s }
        with-mailbox { type = Dispatcher, mailbox-type = "Akka.Dispatch.UnboundedMailbox, Akka" }
        without-mailbox { type = Dispatcher }
        """).WithFallback(TestSystem.Config);

    private readonly HandlerRegistry _registry = new();

    public static TheoryData<string, bool> Handlers => new()
    {
        { "plain", true },
        { "stash", true },
        { "dispatcher without mailbox", true },
        { "own mailbox", false },
        { "dispatcher with mailbox", false },
        { "needs another", false },
    };

    [Theory]
    [MemberData(nameof(Handlers))]
    public async Task Should_get_all_events_in_order_and_return_the_credit_whatever_the_mailbox(string kind, bool isOurs)
    {
        var connection = CreateTestProbe();
        var router = Start(HandlerRegistration.ForProps("*", PropsOf(kind)) with { Name = "mine" });
        router.Tell(new StreamOpening(1, StreamPosition.Start), connection);
        router.Tell(Batch("a", "b"));
        router.Tell(Batch("c"));

        foreach (var type in new[] { "a", "b", "c" })
            (await ExpectMsgAsync<string>()).ShouldBe(type);
        await connection.ExpectMsgAsync<Credit>();
        await connection.ExpectMsgAsync<Credit>();
        var handler = await Sys.ActorSelection(router.Path / "mine").ResolveOne(Support.Within.Limit);
        (HandlerMailbox.QueueOf(handler) is not null).ShouldBe(isOurs);
    }

    [Fact]
    public async Task Should_give_stashed_events_back_in_their_order_before_later_ones()
    {
        var connection = CreateTestProbe();
        var router = Start(HandlerRegistration.ForProps("*", Props.Create(() => new StashesUntilGo(TestActor))));
        router.Tell(new StreamOpening(1, StreamPosition.Start), connection);

        router.Tell(Batch("a", "b", "go", "c"));

        foreach (var type in new[] { "a", "b", "c" })
            (await ExpectMsgAsync<string>()).ShouldBe(type);
    }

    [Fact]
    public async Task Should_keep_messages_of_others_in_their_order()
    {
        var router = Start(HandlerRegistration.ForProps("*", PropsOf("plain")) with { Name = "mine" });
        await router.Ask<HandlerList>(new GetHandlers(), Support.Within.Limit);
        var handler = await Sys.ActorSelection(router.Path / "mine").ResolveOne(Support.Within.Limit);

        for (var number = 0; number < 100; number++)
            handler.Tell($"{number}");

        for (var number = 0; number < 100; number++)
            (await ExpectMsgAsync<string>()).ShouldBe($"{number}");
    }

    [Fact]
    public async Task Should_leave_no_dead_letter_when_a_handler_finishes_after_its_router_has_stopped()
    {
        var lost = CreateTestProbe();
        Sys.EventStream.Subscribe(lost, typeof(DeadLetter));
        var gate = new ManualResetEventSlim();
        var router = Start(HandlerRegistration.ForDelegate("*", (McpEvent received) =>
        {
            TestActor.Tell(received.EventType);
            gate.Wait(Support.Within.Limit);
        }));
        router.Tell(new StreamOpening(1, StreamPosition.Start), CreateTestProbe());
        router.Tell(Batch("a"));
        await ExpectMsgAsync<string>();
        Watch(router);

        Sys.Stop(router);
        gate.Set();

        await ExpectTerminatedAsync(router);
        Sys.DeadLetters.Tell("after it");
        await lost.FishForMessageAsync<DeadLetter>(letter =>
        {
            letter.Message.ShouldNotBeOfType<DeliveryHandled>();
            return letter.Message is "after it";
        });
    }

    [Fact]
    public async Task Should_share_each_event_among_handlers_of_one_type()
    {
        var connection = CreateTestProbe();
        var received = new ConcurrentBag<McpEvent>();
        var three = Enumerable.Range(0, 3).Select(_ => HandlerRegistration.ForDelegate("*", (McpEvent each) => received.Add(each)));
        var router = Start([.. three]);
        router.Tell(new StreamOpening(1, StreamPosition.Start), connection);

        router.Tell(Batch("a"));

        await connection.ExpectMsgAsync<Credit>();
        received.Count.ShouldBe(3);
        received.Distinct().Count().ShouldBe(1);
    }

    private Props PropsOf(string kind) => kind switch
    {
        "stash" => Props.Create(() => new StashesUntilGo(TestActor, true)),
        "needs another" => Props.Create(() => new NeedsBounded(TestActor)),
        "own mailbox" => Props.Create(() => new Each(TestActor)).WithMailbox("bounded"),
        "dispatcher with mailbox" => Props.Create(() => new Each(TestActor)).WithDispatcher("with-mailbox"),
        "dispatcher without mailbox" => Props.Create(() => new Each(TestActor)).WithDispatcher("without-mailbox"),
        _ => Props.Create(() => new Each(TestActor)),
    };

    private IActorRef Start(params HandlerRegistration[] handlers)
    {
        foreach (var handler in handlers)
            _registry.Add(handler, _ => false);
        var settings = new PipelineSettings();
        return Sys.ActorOf(RouterActor.Props(Options, settings, new RouterMemory(Options, settings), _registry, CreateTestProbe(), ActorRefs.Nobody));
    }

    // As the parser leaves them: not made yet.
    private static EventBatch Batch(params string[] types) => new()
    {
        Epoch = 1,
        Events = new EventBuffer(
            new EventOrigin("s", DateTimeOffset.UnixEpoch), types, [], [.. types.Select((_, number) => new EventEntry { Type = number })], types.Length, made: null, payloads: null, isPooled: false),
        Bytes = 10,
        Comments = 0,
        LeftOut = default,
        Position = StreamPosition.Start,
    };

    private sealed class Each : ReceiveActor
    {
        public Each(IActorRef log)
        {
            Receive<McpEvent>(received => log.Tell(received.EventType));
            Receive<string>(log.Tell);
        }
    }

    private sealed class StashesUntilGo : ReceiveActor, IWithUnboundedStash
    {
        public StashesUntilGo(IActorRef log, bool hasBegun = false)
        {
            Receive<McpEvent>(received => received.EventType == "go", _ =>
            {
                hasBegun = true;
                Stash.UnstashAll();
            });
            Receive<McpEvent>(received =>
            {
                if (hasBegun)
                    log.Tell(received.EventType);
                else
                    Stash.Stash();
            });
        }

        public IStash Stash { get; set; } = null!;
    }

    private sealed class NeedsBounded : ReceiveActor, IRequiresMessageQueue<IBoundedMessageQueueSemantics>
    {
        public NeedsBounded(IActorRef log) => Receive<McpEvent>(received => log.Tell(received.EventType));
    }
}

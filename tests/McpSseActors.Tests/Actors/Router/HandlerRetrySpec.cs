using Akka.Dispatch;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using McpSseActors.Actors;
using McpSseActors.Actors.Connection;
using McpSseActors.Actors.DeadLetters;
using McpSseActors.Actors.Parser;
using McpSseActors.Actors.Positions;
using McpSseActors.Actors.Router;
using McpSseActors.Actors.Stats;
using McpSseActors.Events;
using McpSseActors.Handlers;
using McpSseActors.Sse;
using Xunit.Abstractions;

namespace McpSseActors.Tests.Actors.Router;

/// <summary>A handler gets the event at which it failed again, before all others, or the event becomes a dead letter.</summary>
[Trait("Category", "Durability")]
public sealed class HandlerRetrySpec : TestKit
{
    private static readonly StreamOptions Options = new() { Name = "s", AuthKey = "7f3a9b52c1d84e60" };
    private static readonly RetryOptions AtOnce = new() { InitialDelay = TimeSpan.Zero, MaxAttempts = 3 };
    private static readonly RetryOptions Never = new() { InitialDelay = TimeSpan.FromDays(1), MaxDelay = TimeSpan.FromDays(1) };

    private readonly HandlerRegistry _registry = new();
    private readonly ConcurrentDictionary<string, int> _failures = new();
    private readonly TestProbe _stats;
    private readonly TestProbe _connection;
    private readonly TestProbe _letters;
    private readonly TestProbe _log;

    public HandlerRetrySpec(ITestOutputHelper output)
        : base(TestSystem.Config, output: output)
    {
        _stats = CreateTestProbe();
        _connection = CreateTestProbe();
        _letters = CreateTestProbe();
        _log = CreateTestProbe();
    }

    public static TheoryData<string> Kinds => ["actor", "delegate", "asynchronous", "payload", "stash", "batch"];

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Should_give_the_event_again_first_and_marked_when_the_handler_failed_at_it(string kind)
    {
        FailAt("b", times: 2);
        var router = Start(Handler(kind) with { Retry = AtOnce });

        router.Tell(Batch("a", "b", "c"));
        router.Tell(Batch("d"));

        var expected = kind is "batch" ? "a b! a! b!! b!!! c! d" : "a b! b!! b!!! c d";
        (await HandledAsync("d")).ShouldBe(Attempts(kind, "b", 3));
        await _connection.ExpectMsgAsync<Credit>();
        await _connection.ExpectMsgAsync<Credit>();
        _letters.HasMessages.ShouldBeFalse(expected);
    }

    [Fact]
    public async Task Should_give_an_unstashed_event_again_before_those_that_were_unstashed_with_it()
    {
        FailAt("a", times: 1);
        var hasBegun = new bool[1];
        var router = Start(HandlerRegistration.ForProps("*", Props.Create(() => new StashesUntilGo(Attempt, hasBegun))) with { Retry = AtOnce });

        router.Tell(Batch("a", "b", "go", "c"));

        (await HandledAsync("c")).ShouldBe("a a! b c");
    }

    [Fact]
    public async Task Should_give_each_event_of_a_batch_again_when_the_handler_failed_in_the_middle()
    {
        string[] types = [.. Enumerable.Range(1, 40).Select(number => $"{number}")];
        FailAt("17", times: 1);
        var router = Start(Handler("batch") with { Retry = AtOnce });

        router.Tell(Batch(types));

        (await HandledAsync("40")).ShouldBe(string.Join(' ', [.. types[..17], .. types.Select(type => $"{type}!")]));
        await _connection.ExpectMsgAsync<Credit>();
    }

    [Theory]
    [MemberData(nameof(Kinds))]
    public async Task Should_keep_a_dead_letter_and_go_on_when_all_attempts_fail(string kind)
    {
        FailAt("b", times: 100);
        var router = Start(Handler(kind) with { Name = "mine", Retry = AtOnce });

        router.Tell(Batch("a", "b", "c"));

        var letter = (await _letters.ExpectMsgAsync<KeepDeadLetter>(Support.Within.Limit)).Letter;
        letter.Event.EventType.ShouldBe("b");
        letter.Handler.ShouldBe("mine");
        letter.Attempts.ShouldBe(3);
        letter.Fault.ShouldBe("System.InvalidOperationException: as the test wants it");
        await HandledAsync("c");
        _connection.HasMessages.ShouldBeFalse("the batch is not handled before the letter is kept");

        _letters.Reply(new DeadLetterKept(letter.Id));

        await _connection.ExpectMsgAsync<Credit>(Support.Within.Limit);
    }

    [Fact]
    public async Task Should_go_on_but_for_the_position_when_a_dead_letter_waits_for_its_store()
    {
        FailAt("b", times: 100);
        var stream = CreateTestProbe();
        var router = Start(new PipelineSettings(), stream, Handler("delegate") with { Retry = AtOnce });
        router.Tell(new ResumeAt(StreamPosition.Start, Repeats: 0));
        router.Tell(new StreamOpening(1, StreamPosition.Start), _connection);
        router.Tell(At("1", "a"));
        (await stream.ExpectMsgAsync<PositionHandled>(Support.Within.Limit)).Position.LastEventId.ShouldBe("1");
        router.Tell(At("2", "b"));
        var letter = (await _letters.ExpectMsgAsync<KeepDeadLetter>(Support.Within.Limit)).Letter;

        _letters.Reply(new DeadLetterKept(letter.Id, IsDelayed: true));

        await _connection.ExpectMsgAsync<Credit>(Support.Within.Limit);
        await _connection.ExpectMsgAsync<Credit>(Support.Within.Limit);
        router.Tell(At("3", "c"));
        await HandledAsync("c");
        await _connection.ExpectMsgAsync<Credit>(Support.Within.Limit);
        stream.HasMessages.ShouldBeFalse("b is not kept yet");
        router.Tell(new DeadLetterKept(letter.Id));
        (await stream.ExpectMsgAsync<PositionHandled>(Support.Within.Limit)).Position.LastEventId.ShouldBe("3");
    }

    [Fact]
    public async Task Should_not_go_on_while_a_dead_letter_waits_for_its_store_when_no_position_was_reached()
    {
        FailAt("a", times: 100);
        var stream = CreateTestProbe();
        var router = Start(new PipelineSettings(), stream, Handler("delegate") with { Retry = AtOnce });
        router.Tell(new ResumeAt(StreamPosition.Start, Repeats: 0));
        router.Tell(new StreamOpening(1, StreamPosition.Start), _connection);
        router.Tell(At("1", "a"));
        var letter = (await _letters.ExpectMsgAsync<KeepDeadLetter>(Support.Within.Limit)).Letter;

        _letters.Reply(new DeadLetterKept(letter.Id, IsDelayed: true));

        await router.Ask<HandlerList>(new GetHandlers(), Support.Within.Limit);
        _connection.HasMessages.ShouldBeFalse("a new process would not know after which event to ask for this one");
        router.Tell(new DeadLetterKept(letter.Id));
        await _connection.ExpectMsgAsync<Credit>(Support.Within.Limit);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_wait_for_the_dead_letter_of_a_handler_behind_a_queue_for_which_nothing_else_does(bool isDelayed)
    {
        FailAt("a", times: 1);
        var router = Start(Handler("delegate") with { Name = "mine", Retry = RetryOptions.OneAttempt, Overflow = HandlerOverflow.DropOldest });
        router.Tell(Batch("a", "b"));
        var letter = (await _letters.ExpectMsgAsync<KeepDeadLetter>(Support.Within.Limit)).Letter;
        await router.Ask<HandlerList>(new GetHandlers(), Support.Within.Limit);
        (await _log.ExpectMsgAsync<string>()).ShouldBe("a");
        _log.HasMessages.ShouldBeFalse();

        _letters.Reply(new DeadLetterKept(letter.Id, isDelayed));

        (await _log.ExpectMsgAsync<string>(Support.Within.Limit)).TrimEnd('!').ShouldBe("b");
    }

    [Fact]
    public async Task Should_go_on_when_a_batch_handler_fails_after_it_has_returned()
    {
        var release = new TaskCompletionSource();
        var router = Start(HandlerRegistration.ForProps("*", Props.Create(() => new Later(release.Task, _log))) with { Retry = AtOnce });
        Watch(router);

        router.Tell(Batch("a"));
        await _log.FishForMessageAsync<string>(text => text == "a");
        release.SetException(new InvalidOperationException("too late"));
        router.Tell(Batch("b"));

        await _log.FishForMessageAsync<string>(text => text == "b");
        await _connection.ExpectMsgAsync<Credit>(Support.Within.Limit);
        await _connection.ExpectMsgAsync<Credit>(Support.Within.Limit);
        (await router.Ask<HandlerList>(new GetHandlers(), Support.Within.Limit)).Handlers.ShouldHaveSingleItem();
    }

    [Fact]
    public async Task Should_hold_back_later_events_and_let_other_messages_pass_while_an_event_waits()
    {
        FailAt("a", times: 1);
        var router = Start(Handler("actor") with { Name = "mine", Retry = Never });
        router.Tell(Batch("a", "b"));
        router.Tell(Batch("c"));
        await WaitingAsync(HandlerState.Retrying);

        Sys.ActorSelection(router.Path / "mine").Tell("hello");

        (await _log.FishForMessageAsync<string>(text => text == "hello")).ShouldBe("hello");
        (await router.Ask<HandlerList>(new GetHandlers(), Support.Within.Limit)).Handlers.ShouldHaveSingleItem().State.ShouldBe(HandlerState.Retrying);
        _log.HasMessages.ShouldBeFalse();
        _connection.HasMessages.ShouldBeFalse();
    }

    [Theory]
    [InlineData("actor")]
    [InlineData("batch")]
    public async Task Should_let_later_events_pass_and_keep_the_credit_when_the_options_say_so(string kind)
    {
        FailAt("a", times: 1);
        var router = Start(Handler(kind) with { Retry = Never with { LaterEventsPass = true } });

        router.Tell(Batch("a", "b"));
        router.Tell(Batch("c"));

        await HandledAsync("c");
        await _connection.ExpectMsgAsync<Credit>();
        router.Tell(new Drain(1), _connection);
        (await _connection.ExpectMsgAsync<Drained>()).ChunksInFlight.ShouldBe(1);
    }

    [Fact]
    public async Task Should_give_no_second_attempt_when_the_filter_refuses_the_exception()
    {
        FailAt("a", times: 100);
        var router = Start(Handler("delegate") with { Retry = AtOnce with { ShouldRetry = fault => fault is TimeoutException } });

        router.Tell(Batch("a"));

        (await _letters.ExpectMsgAsync<KeepDeadLetter>(Support.Within.Limit)).Letter.Attempts.ShouldBe(1);
    }

    [Fact]
    public async Task Should_keep_no_secret_of_the_stream_when_an_exception_names_it()
    {
        void Fail(McpEvent received) => throw new InvalidOperationException($"401 for Bearer {Options.AuthKey}");
        var router = Start(HandlerRegistration.ForDelegate("*", (Action<McpEvent>)Fail) with { Retry = RetryOptions.OneAttempt });

        router.Tell(Batch("a"));

        (await _letters.ExpectMsgAsync<KeepDeadLetter>(Support.Within.Limit)).Letter.Fault.ShouldBe("System.InvalidOperationException: 401 for Bearer ***");
    }

    [Fact]
    public async Task Should_try_for_ever_when_the_attempts_have_no_limit()
    {
        FailAt("a", times: 50);
        var router = Start(Handler("delegate") with { Retry = AtOnce with { MaxAttempts = -1 } });

        router.Tell(Batch("a"));

        await HandledAsync("a");
        await _connection.ExpectMsgAsync<Credit>(Support.Within.Limit);
        _letters.HasMessages.ShouldBeFalse();
    }

    [Fact]
    public async Task Should_fail_the_attempt_when_an_asynchronous_handler_takes_too_long()
    {
        var canceled = CreateTestProbe();
        var never = HandlerRegistration.ForDelegate("*", async (McpEvent _, CancellationToken stopped) =>
        {
            stopped.Register(() => canceled.Ref.Tell("canceled"));
            await Task.Delay(Timeout.Infinite, CancellationToken.None);
        });
        var router = Start(never with { Retry = AtOnce with { AttemptTimeout = TimeSpan.FromMilliseconds(20) } });

        router.Tell(Batch("a"));

        for (var attempt = 0; attempt < 3; attempt++)
            (await canceled.ExpectMsgAsync<string>(Support.Within.Limit)).ShouldBe("canceled");
        (await _letters.ExpectMsgAsync<KeepDeadLetter>(Support.Within.Limit)).Letter.Fault.ShouldBe("System.TimeoutException: the handler did not finish within 0.02 s");
    }

    [Fact]
    public async Task Should_open_the_circuit_and_close_it_when_a_handler_fails_in_a_row_and_recovers()
    {
        FailAt("a", times: 3);
        var router = Start(Handler("delegate") with { Retry = AtOnce with { MaxAttempts = 10, BreakAfter = 2, BreakFor = TimeSpan.FromMilliseconds(50) } });

        router.Tell(Batch("a", "b"));

        await WaitingAsync(HandlerState.Open);
        await HandledAsync("b");
        await WaitingAsync(HandlerState.Running);
        _failures["a"].ShouldBe(0);
    }

    [Theory]
    [InlineData("actor", false)]
    [InlineData("batch", false)]
    [InlineData("actor", true)]
    public async Task Should_give_nothing_while_the_circuit_is_open_when_events_are_given_up_or_others_may_pass(string kind, bool pass)
    {
        FailAt("a", times: 1);
        FailAt("b", times: 1);
        var retry = new RetryOptions { MaxAttempts = pass ? 5 : 1, LaterEventsPass = pass, BreakAfter = 2, BreakFor = TimeSpan.FromDays(1), MaxDelay = TimeSpan.FromDays(1) };
        var router = Start(Handler(kind) with { Name = "mine", Retry = pass ? retry with { InitialDelay = TimeSpan.FromDays(1) } : retry });

        foreach (var type in new[] { "a", "b", "c" })
            router.Tell(Batch(type));

        await WaitingAsync(HandlerState.Open);
        (await _log.ExpectMsgAsync<string>()).ShouldBe("a");
        (await _log.ExpectMsgAsync<string>()).ShouldBe("b");
        (await router.Ask<HandlerList>(new GetHandlers(), Support.Within.Limit)).Handlers.ShouldHaveSingleItem().State.ShouldBe(HandlerState.Open);
        Sys.ActorSelection(router.Path / "mine").Tell("hello");
        if (kind is "actor")
            (await _log.ExpectMsgAsync<string>()).ShouldBe("hello", "c waits");
        _log.HasMessages.ShouldBeFalse();
    }

    [Theory]
    [InlineData("actor")]
    [InlineData("batch")]
    public async Task Should_open_the_circuit_when_one_event_after_the_other_is_given_up(string kind)
    {
        FailAt("a", times: 1);
        FailAt("b", times: 1);
        var router = Start(Handler(kind) with { Retry = new RetryOptions { MaxAttempts = 1, BreakAfter = 2, BreakFor = TimeSpan.FromDays(1) } });

        router.Tell(Batch("a"));
        var letter = (await _letters.ExpectMsgAsync<KeepDeadLetter>(Support.Within.Limit)).Letter;
        router.Tell(new DeadLetterKept(letter.Id));
        await _connection.ExpectMsgAsync<Credit>(Support.Within.Limit);
        router.Tell(Batch("b"));

        await WaitingAsync(HandlerState.Open);
    }

    [Fact]
    public async Task Should_not_open_the_circuit_when_others_succeed_between_failures()
    {
        foreach (var type in new[] { "a", "c", "e", "g" })
            FailAt(type, times: 1);
        var router = Start(Handler("delegate") with { Retry = AtOnce with { BreakAfter = 2 } });

        router.Tell(Batch("a", "b", "c", "d", "e", "f", "g", "h"));

        await HandledAsync("h");
        await _connection.ExpectMsgAsync<Credit>(Support.Within.Limit);
        (await _stats.FishForMessageAsync(m => m is BatchHandled or HandlerStateChanged { State: HandlerState.Open })).ShouldBeOfType<BatchHandled>();
    }

    [Theory]
    [InlineData(false, "a a! b")]
    [InlineData(true, "a b a!")]
    public async Task Should_try_at_once_and_stop_when_the_handler_is_removed_while_an_event_waits(bool pass, string handled)
    {
        FailAt("a", times: 1);
        var router = Start(Handler("actor") with { Name = "mine", Retry = Never with { LaterEventsPass = pass } });
        router.Tell(Batch("a", "b"));
        await WaitingAsync(HandlerState.Retrying);
        var handler = await Sys.ActorSelection(router.Path / "mine").ResolveOne(Support.Within.Limit);
        Watch(handler);

        (await router.Ask<HandlerRemoved>(new RemoveHandler("mine"), Support.Within.Limit)).Existed.ShouldBeTrue();

        foreach (var type in handled.Split(' '))
            (await _log.ExpectMsgAsync<string>(Support.Within.Limit)).ShouldBe(type);
        await ExpectTerminatedAsync(handler);
        await _connection.ExpectMsgAsync<Credit>();
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_give_the_event_up_when_its_removed_handler_fails_once_more(bool pass)
    {
        FailAt("a", times: 100);
        var router = Start(Handler("actor") with { Name = "mine", Retry = Never with { LaterEventsPass = pass } });
        router.Tell(Batch("a", "b"));
        await WaitingAsync(HandlerState.Retrying);

        router.Tell(new RemoveHandler("mine"));

        (await _letters.ExpectMsgAsync<KeepDeadLetter>(Support.Within.Limit)).Letter.Event.EventType.ShouldBe("a");
        await HandledAsync("b");
    }

    [Fact]
    public async Task Should_count_what_waits_as_lost_when_the_handler_is_stopped_while_an_event_waits()
    {
        FailAt("a", times: 1);
        var lost = CreateTestProbe();
        Sys.EventStream.Subscribe(lost, typeof(Akka.Event.DeadLetter));
        var router = Start(Handler("actor") with { Name = "mine", Retry = Never });
        router.Tell(Batch("a", "b"));
        await WaitingAsync(HandlerState.Retrying);

        Sys.Stop(await Sys.ActorSelection(router.Path / "mine").ResolveOne(Support.Within.Limit));

        foreach (var type in new[] { "a", "b" })
            (await lost.FishForMessageAsync<Akka.Event.DeadLetter>(m => m.Message is McpEvent received && received.EventType == type)).Sender.ShouldBe(router);
    }

    [Fact]
    public async Task Should_give_a_dead_letter_to_its_handler_and_answer_when_it_is_done()
    {
        var router = Start(Handler("delegate") with { Name = "mine", Retry = AtOnce });
        var letter = Letter("mine", "x");

        router.Tell(new RedeliverDeadLetter(letter), TestActor);

        await HandledAsync("x");
        (await ExpectMsgAsync<DeadLetterRedelivered>(Support.Within.Limit)).ShouldBe(new DeadLetterRedelivered(letter.Id, null));
        _connection.HasMessages.ShouldBeFalse();
    }

    [Fact]
    public async Task Should_keep_a_dead_letter_again_before_it_answers_when_the_handler_fails_again()
    {
        FailAt("x", times: 100);
        var router = Start(Handler("delegate") with { Name = "mine", Retry = AtOnce });
        var letter = Letter("mine", "x");

        router.Tell(new RedeliverDeadLetter(letter), TestActor);

        var again = (await _letters.ExpectMsgAsync<KeepDeadLetter>(Support.Within.Limit)).Letter;
        again.Id.ShouldBe(letter.Id);
        again.Attempts.ShouldBe(letter.Attempts + 3);
        again.FirstFailedAt.ShouldBe(letter.FirstFailedAt);
        HasMessages.ShouldBeFalse();
        _letters.Reply(new DeadLetterKept(letter.Id));
        (await ExpectMsgAsync<DeadLetterRedelivered>(Support.Within.Limit)).Fault.ShouldBeNull();
    }

    [Fact]
    public async Task Should_have_a_request_in_the_store_withdrawn_before_the_handler_gets_the_letter()
    {
        var router = Start(Handler("delegate") with { Name = "mine", Retry = AtOnce });
        var letter = Letter("mine", "x") with { IsRetryRequested = true };

        router.Tell(new RedeliverDeadLetter(letter), TestActor);

        (await _letters.ExpectMsgAsync<WithdrawRetry>(Support.Within.Limit)).Letter.ShouldBe(letter);
        _log.HasMessages.ShouldBeFalse();
        router.Tell(new RedeliverDeadLetter(letter with { IsRetryRequested = false }), TestActor);
        (await HandledAsync("x")).ShouldBe("x!");
        (await ExpectMsgAsync<DeadLetterRedelivered>(Support.Within.Limit)).Fault.ShouldBeNull();
    }

    [Fact]
    public async Task Should_say_why_when_the_handler_of_a_dead_letter_is_gone()
    {
        var router = Start(Handler("delegate") with { Name = "mine", Retry = AtOnce });

        router.Tell(new RedeliverDeadLetter(Letter("gone", "x")), TestActor);

        (await ExpectMsgAsync<DeadLetterRedelivered>(Support.Within.Limit)).Fault.ShouldBe("the stream has no handler gone that takes failed events again");
    }

    [Fact]
    public async Task Should_use_the_options_by_name_when_hocon_has_some()
    {
        FailAt("a", times: 100);
        var settings = PipelineSettings.Create("mcp-sse.handlers.by-name.mine.retry { max-attempts = 2, initial-delay = 0s }");
        var router = Start(settings, Handler("actor") with { Name = "mine" });

        router.Tell(Batch("a"));

        (await _letters.ExpectMsgAsync<KeepDeadLetter>(Support.Within.Limit)).Letter.Attempts.ShouldBe(2);
    }

    [Fact]
    public async Task Should_keep_an_event_whose_payload_does_not_fit_when_that_is_wished()
    {
        var router = Start(new PipelineSettings { KeepsRejectedPayloads = true }, Handler("delegate"));
        var batch = Batch("a", "b");

        router.Tell(Rejecting(batch, 1));

        var letter = (await _letters.ExpectMsgAsync<KeepDeadLetter>(Support.Within.Limit)).Letter;
        (letter.Event.EventType, letter.Handler, letter.Fault).ShouldBe(("b", "", "the payload is no Chat: it is null"));
        await HandledAsync("b");
        _connection.HasMessages.ShouldBeFalse("the batch is not handled before the letter is kept");
        _letters.Reply(new DeadLetterKept(letter.Id));
        await _connection.ExpectMsgAsync<Credit>(Support.Within.Limit);
    }

    private void FailAt(string type, int times) => _failures[type] = times;

    private static string Attempts(string kind, string failing, int attempts)
    {
        // A batch that failed comes again event by event.
        string[] first = kind is "batch" ? ["a", failing, "a!"] : ["a", failing];
        return string.Join(' ', [.. first, .. Enumerable.Repeat($"{failing}!", attempts - 1), kind is "batch" ? "c!" : "c", "d"]);
    }

    // Every attempt, up to the first success of a type; an exclamation mark is a repeat.
    private async Task<string> HandledAsync(string last)
    {
        var log = new List<string>();
        await _log.FishForMessageAsync<string>(text =>
        {
            log.Add(text);
            return text.TrimEnd('!') == last && _failures.GetValueOrDefault(last) == 0;
        }, Support.Within.Limit);
        return string.Join(' ', log);
    }

    private async Task WaitingAsync(HandlerState state) =>
        await _stats.FishForMessageAsync(m => m is HandlerStateChanged changed && changed.State == state, Support.Within.Limit);

    private HandlerRegistration Handler(string kind) => kind switch
    {
        "actor" => HandlerRegistration.ForProps("*", Props.Create(() => new Each(Attempt))),
        "stash" => HandlerRegistration.ForProps("*", Props.Create(() => new Stashing(Attempt))),
        "batch" => HandlerRegistration.ForProps("*", Props.Create(() => new Batches(Attempt))),
        "delegate" => HandlerRegistration.ForDelegate("*", (McpEvent received) => Attempt(received.EventType, received.Redelivered)),
        "payload" => HandlerRegistration.ForPayload<string>("*", (McpEvent<string> received) => Attempt(received.EventType, received.Redelivered)),
        _ => HandlerRegistration.ForDelegate("*", async (McpEvent received) =>
        {
            await Task.Yield();
            Attempt(received.EventType, received.Redelivered);
        }),
    };

    private void Attempt(object what, bool isRepeat)
    {
        var type = (string)what;
        _log.Ref.Tell(type + (isRepeat ? "!" : ""));
        if (_failures.GetValueOrDefault(type) == 0)
            return;
        _failures[type]--;
        throw new InvalidOperationException("as the test wants it");
    }

    private IActorRef Start(params HandlerRegistration[] handlers) => Start(new PipelineSettings(), handlers);

    private IActorRef Start(PipelineSettings settings, params HandlerRegistration[] handlers) => Start(settings, CreateTestProbe(), handlers);

    private IActorRef Start(PipelineSettings settings, TestProbe stream, params HandlerRegistration[] handlers)
    {
        foreach (var handler in handlers)
            _registry.Add(handler, _ => false);
        var router = stream.ChildActorOf(RouterActor.Props(Options, settings, new RouterMemory(Options, settings), _registry, _stats, _letters));
        router.Tell(new StreamOpening(1, StreamPosition.Start), _connection);
        return router;
    }

    private static McpEvent Event(string type) => new McpEvent<string>(new McpEvent("s", type, "{}"u8.ToArray(), DateTimeOffset.UnixEpoch), type);

    private static StoredDeadLetter Letter(string handler, string type) => new()
    {
        Id = "1",
        Event = Event(type),
        Handler = handler,
        Fault = "no",
        Attempts = 5,
        FirstFailedAt = DateTimeOffset.UnixEpoch,
        GivenUpAt = DateTimeOffset.UnixEpoch,
    };

    private static EventBatch Rejecting(EventBatch batch, int index) => new()
    {
        Epoch = batch.Epoch,
        Events = batch.Events,
        Rejected = [new PayloadRejected(batch.Events.ToEvent(index), "Chat", "it is null")],
        Bytes = batch.Bytes,
        Comments = 0,
        LeftOut = default,
        Position = batch.Position,
    };

    private static EventBatch At(string id, string type) => Batch(new StreamPosition(id), type);

    private static EventBatch Batch(params string[] types) => Batch(StreamPosition.Start, types);

    private static EventBatch Batch(StreamPosition position, params string[] types) => new()
    {
        Epoch = 1,
        Events = EventBuffer.Of([.. types.Select(Event)]),
        Bytes = 10,
        Comments = 0,
        LeftOut = default,
        Position = position,
    };

    private sealed class Each : ReceiveActor
    {
        public Each(Action<object, bool> attempt)
        {
            Receive<McpEvent>(received => attempt(received.EventType, received.Redelivered));
            Receive<string>(text => attempt(text, arg2: false));
        }
    }

    private sealed class Later(Task release, IActorRef log) : BatchHandler
    {
        protected override void Handle(EventBatchView events)
        {
            foreach (var received in events)
                log.Tell(received.EventType);
            ActorTaskScheduler.RunTask(() => release);
        }
    }

    private sealed class Stashing : ReceiveActor, IWithUnboundedStash
    {
        public Stashing(Action<object, bool> attempt) => Receive<McpEvent>(received => attempt(received.EventType, received.Redelivered));

        public IStash Stash { get; set; } = null!;
    }

    private sealed class StashesUntilGo : ReceiveActor, IWithUnboundedStash
    {
        // A restart does not take it back.
        private readonly bool[] _hasBegun;

        public StashesUntilGo(Action<object, bool> attempt, bool[] hasBegun)
        {
            _hasBegun = hasBegun;
            Receive<McpEvent>(received => received.EventType == "go", _ =>
            {
                _hasBegun[0] = true;
                Stash.UnstashAll();
            });
            Receive<McpEvent>(received =>
            {
                if (_hasBegun[0])
                    attempt(received.EventType, received.Redelivered);
                else
                    Stash.Stash();
            });
        }

        public IStash Stash { get; set; } = null!;
    }

    private sealed class Batches(Action<object, bool> attempt) : BatchHandler
    {
        protected override void Handle(EventBatchView events)
        {
            foreach (var received in events)
                attempt(received.EventType, received.Redelivered);
        }
    }
}

using Akka.Configuration;
using Akka.Event;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using McpSseActors.Actors;
using McpSseActors.Actors.Connection;
using McpSseActors.Actors.Positions;
using McpSseActors.Mcp;
using McpSseActors.Sse;

namespace McpSseActors.Tests.Actors.Positions;

/// <summary>The position of one stream, with probes in place of the store and the stream's actors.</summary>
[Trait("Category", "Durability")]
public sealed class PositionKeeperSpec : TestKit
{
    private readonly TestProbe _store;
    private readonly TestProbe _router;
    private readonly TestProbe _connection;
    private readonly TestProbe _stats;

    public PositionKeeperSpec()
        : base(ConfigurationFactory.ParseString("akka.loglevel = OFF\nakka.scheduler.implementation = \"Akka.TestKit.TestScheduler, Akka.TestKit\"")
            .WithFallback(TestSystem.Config))
    {
        _store = CreateTestProbe();
        _router = CreateTestProbe();
        _connection = CreateTestProbe();
        _stats = CreateTestProbe();
    }

    [Fact]
    public async Task Should_defer_commands_until_the_stream_is_ours()
    {
        var stream = Start();
        stream.Tell(new StopStream(), TestActor);
        stream.Tell(new StartStream(), TestActor);
        await _store.ExpectMsgAsync<AcquirePosition>();

        stream.Tell(new PositionAcquired(new PositionLease(1, null)));

        (await _connection.ExpectMsgAsync<ResumeAt>()).Position.LastEventId.ShouldBeEmpty();
        await _connection.ExpectMsgAsync<StopStream>();
        await _connection.ExpectMsgAsync<StartStream>();
        (await _router.ExpectMsgAsync<ResumeAt>()).Repeats.ShouldBe(0);
    }

    [Fact]
    public async Task Should_answer_deferred_commands_when_the_stream_ends_before_it_is_ours()
    {
        var stream = Start();
        var asked = stream.Ask<CommandAccepted>(new StartStream(), Support.Within.Limit);
        await _store.ExpectMsgAsync<AcquirePosition>();

        stream.Tell(EndStream.HostStops, TestActor);
        await _store.ExpectMsgAsync<ReleasePosition>();
        stream.Tell(new PositionReleased());

        (await Should.ThrowAsync<InvalidOperationException>(asked)).Message.ShouldStartWith("The stream is ending");
        await ExpectMsgAsync("ended");
    }

    [Fact]
    public async Task Should_answer_the_oldest_command_when_too_many_are_deferred()
    {
        var stream = Start();
        var asked = stream.Ask<CommandAccepted>(new StopStream(), Support.Within.Limit);

        for (var n = 0; n < 100; n++)
            stream.Tell(new StartStream(), _connection);

        (await Should.ThrowAsync<InvalidOperationException>(asked)).Message.ShouldBe("StopStream is dropped: 100 later commands wait until the stream may start.");
    }

    [Fact]
    public async Task Should_not_ask_twice_for_the_token_when_a_command_comes_while_it_tries_again()
    {
        var stream = Start();
        await _store.ExpectMsgAsync<AcquirePosition>();
        stream.Tell(new PositionUnavailable("down"));
        await _connection.ExpectMsgAsync<ResumeAt>();

        ((TestScheduler)Sys.Scheduler).Advance(PositionOwnership.RetryDelay);
        await _store.ExpectMsgAsync<AcquirePosition>();
        stream.Tell(new RestartStream());
        await _connection.ExpectMsgAsync<RestartStream>();
        stream.Tell(new PositionAcquired(new PositionLease(7, null)));
        stream.Tell(Handled("1"));

        (await _store.ExpectMsgAsync<SavePosition>()).Token.ShouldBe(7);
    }

    [Fact]
    public async Task Should_save_only_what_is_new()
    {
        var stream = Start();
        stream.Tell(new PositionAcquired(new PositionLease(1, null)));
        foreach (var id in new[] { "", "1", "1", "2" })
            stream.Tell(Handled(id));
        stream.Tell(new PositionSaved(DateTimeOffset.UnixEpoch));

        await _store.ExpectMsgAsync<AcquirePosition>();
        (await _store.ExpectMsgAsync<SavePosition>()).Handled.Position.LastEventId.ShouldBe("1");
        (await _store.ExpectMsgAsync<SavePosition>()).Handled.Position.LastEventId.ShouldBe("2");
    }

    [Fact]
    public async Task Should_save_a_position_again_when_more_events_follow_it_but_keep_a_trial_that_is_stored_with_it()
    {
        var stream = Start();
        stream.Tell(new PositionAcquired(new PositionLease(1, null)));
        foreach (var handled in new[] { Handled("1"), Handled("1") with { Ahead = 1000, IsAgain = true } })
        {
            stream.Tell(handled);
            stream.Tell(new PositionSaved(DateTimeOffset.UnixEpoch));
        }

        stream.Tell(new SaveTrial(new Trial(1, 1), 1, 1));
        stream.Tell(Handled("1") with { Ahead = 2000, IsAgain = true });
        stream.Tell(new PositionSaved(DateTimeOffset.UnixEpoch));
        stream.Tell(Handled("2"));

        await _store.ExpectMsgAsync<AcquirePosition>();
        var saves = new List<(string, long, bool)>();
        for (var save = 0; save < 5; save++)
        {
            var saved = await _store.ExpectMsgAsync<SavePosition>();
            saves.Add((saved.Handled.Position.LastEventId, saved.Handled.Ahead, saved.Trial is not null));
        }

        saves.ShouldBe([("1", 0, false), ("1", 1000, false), ("1", 1, true), ("1", 2000, true), ("2", 0, false)]);
    }

    [Fact]
    public async Task Should_save_where_it_is_when_a_stream_that_began_without_its_position_has_none()
    {
        var stream = Start();
        stream.Tell(new PositionUnavailable("down"));
        stream.Tell(Handled("1"));

        stream.Tell(new PositionAcquired(new PositionLease(1, null)));

        await _store.ExpectMsgAsync<AcquirePosition>();
        (await _store.ExpectMsgAsync<SavePosition>()).Handled.Position.LastEventId.ShouldBe("1");
    }

    [Fact]
    public async Task Should_hold_the_credit_once_until_the_position_is_saved()
    {
        var stream = Start(StoreFailure.Pause);
        foreach (var message in new object[] { new PositionNotSaved("full"), new PositionNotSaved("full"), new PositionSaved(DateTimeOffset.UnixEpoch), new PositionSaved(DateTimeOffset.UnixEpoch) })
            stream.Tell(message);
        stream.Tell(new PositionAcquired(new PositionLease(1, null)));

        (await _router.ExpectMsgAsync<HoldCredit>()).IsHeld.ShouldBeTrue();
        (await _router.ExpectMsgAsync<HoldCredit>()).IsHeld.ShouldBeFalse();
        await _router.ExpectMsgAsync<ResumeAt>();
    }

    [Fact]
    public async Task Should_end_when_the_store_does_not_answer_in_time()
    {
        var stream = Start();
        stream.Tell(new PositionAcquired(new PositionLease(1, null)));
        await _router.ExpectMsgAsync<ResumeAt>();
        stream.Tell(EndStream.HostStops, TestActor);
        await _store.FishForMessageAsync(message => message is ReleasePosition);

        ((TestScheduler)Sys.Scheduler).Advance(new PositionSettings(_store, StoreFailure.Continue).ReleaseLimit);

        await ExpectMsgAsync("ended");
        stream.Tell(new PositionReleased());
        await ExpectNoMsgAsync(TimeSpan.Zero);
    }

    [Fact]
    public async Task Should_take_the_stream_back_when_it_is_started_again()
    {
        var stream = Start();
        stream.Tell(new PositionAcquired(new PositionLease(1, null)));
        stream.Tell(new PositionTakenOver(1));
        await _connection.ExpectMsgAsync<ResumeAt>();
        await _connection.ExpectMsgAsync<PositionTakenOver>();

        stream.Tell(new StartStream());

        await _store.ExpectMsgAsync<AcquirePosition>();
        await _store.ExpectMsgAsync<AcquirePosition>();
        stream.Tell(new PositionAcquired(new PositionLease(3, null)));
        await _connection.ExpectMsgAsync<ResumeAt>();
        await _connection.ExpectMsgAsync<StartStream>();
    }

    [Fact]
    public async Task Should_go_on_when_the_store_confirms_the_stream_after_a_freeze()
    {
        var stream = Start();
        await _store.ExpectMsgAsync<AcquirePosition>();
        stream.Tell(new PositionAcquired(new PositionLease(3, null)));
        await _router.ExpectMsgAsync<ResumeAt>();
        await _connection.ExpectMsgAsync<ResumeAt>();

        stream.Tell(new OwnershipInDoubt());
        var save = await _store.ExpectMsgAsync<SavePosition>();
        save.Token.ShouldBe(3);
        save.IsConfirmation.ShouldBeTrue();
        stream.Tell(new PositionSaved(DateTimeOffset.UnixEpoch));
        stream.Tell(new PositionSaved(DateTimeOffset.UnixEpoch) { IsConfirmation = true });

        await _router.ExpectMsgAsync<OwnershipConfirmed>();
        (await _connection.ExpectMsgAsync<PipelineRestarted>()).Reason.ShouldBe("the process did not run for a while");
        _router.HasMessages.ShouldBeFalse("an earlier save says nothing about now");
    }

    [Fact]
    public async Task Should_wait_for_the_position_when_another_node_has_run_the_stream()
    {
        var stream = Start(areNeeded: true);
        await _store.ExpectMsgAsync<AcquirePosition>();
        stream.Tell(new PositionUnavailable("down"));
        await AwaitAssertAsync(() =>
        {
            ((TestScheduler)Sys.Scheduler).Advance(PositionOwnership.RetryDelay);
            _store.HasMessages.ShouldBeTrue();
        });
        _connection.HasMessages.ShouldBeFalse("it would resume where the server likes");

        stream.Tell(new PositionAcquired(new PositionLease(1, null)));

        await _connection.ExpectMsgAsync<ResumeAt>();
    }

    private IActorRef Start(StoreFailure policy = StoreFailure.Continue, bool areNeeded = false) => ActorOf(() => new Stream(
        new PositionSettings(_store, policy) { AreNeeded = areNeeded }, new StreamPipeline(_router, _connection, _stats)));

    private static StreamOptions Options { get; } = new() { Name = "s", ServerUrl = "http://127.0.0.1/events" };

    private static PositionHandled Handled(string id) => new(new StreamPosition(id) { Of = StreamIdentity.Of(Options) }, Ahead: 0, Handled: 1);

    private sealed class Stream : UntypedActor
    {
        private readonly PositionKeeper _keeper;
        private readonly StreamPipeline _pipeline;

        public Stream(PositionSettings settings, StreamPipeline pipeline)
        {
            _pipeline = pipeline;
            var log = Context.GetLogger();
            _keeper = new PositionKeeper(Context, Options, settings, new McpState("s", Options.Mcp, log, _ => { }), log, pipeline);
            _keeper.Acquire();
        }

        protected override void OnReceive(object message)
        {
            switch (message)
            {
                case StartStream or StopStream or RestartStream:
                    if (!_keeper.Defers(message, Sender))
                        _pipeline.Connection.Tell(message);
                    break;
                case EndStream:
                    var asker = Sender;
                    _keeper.Release(isRemoved: false, () => asker.Tell("ended"));
                    break;
                default:
                    _keeper.Handle(message).ShouldBeTrue();
                    break;
            }
        }
    }
}

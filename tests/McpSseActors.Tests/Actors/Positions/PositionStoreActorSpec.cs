using Akka.TestKit.Xunit2;
using McpSseActors.Actors.Positions;
using McpSseActors.Sse;

namespace McpSseActors.Tests.Actors.Positions;

/// <summary>The actor in front of a store that is slow, or fails.</summary>
[Trait("Category", "Durability")]
public sealed class PositionStoreActorSpec : TestKit
{
    private readonly SlowStore _store = new();
    private readonly IActorRef _actor;

    public PositionStoreActorSpec()
        : base(TestSystem.Config) => _actor = ActorOf(() => new PositionStoreActor(_store, Support.Within.Limit));

    [Fact]
    public async Task Should_save_the_newest_position_of_each_stream_when_a_save_has_ended()
    {
        Save("a", "1");
        var first = await _store.NextAsync();
        Save("a", "2");
        Save("b", "1");
        Save("a", "3");

        first.SetResult([]);
        var second = await _store.NextAsync();

        _store.Given.ShouldBe([["a 1"], ["a 3", "b 1"]]);
        second.SetResult(["b"]);
        await ExpectMsgAsync<PositionSaved>();
        ExpectMsgOf(2).Select(message => message.GetType()).ShouldBe([typeof(PositionSaved), typeof(PositionTakenOver)], ignoreOrder: true);
    }

    [Fact]
    public async Task Should_save_again_when_the_store_failed_and_nothing_newer_came()
    {
        Save("a", "1");
        (await _store.NextAsync()).SetException(new IOException("full"));

        (await ExpectMsgAsync<PositionNotSaved>()).Reason.ShouldBe("the position store failed: full");
        (await _store.NextAsync()).SetResult([]);

        await ExpectMsgAsync<PositionSaved>();
        _store.Given.ShouldBe([["a 1"], ["a 1"]]);
    }

    [Fact]
    public async Task Should_release_a_stream_when_its_last_position_is_saved()
    {
        Save("a", "1");
        var save = await _store.NextAsync();
        _actor.Tell(new ReleasePosition("a", 1, IsRemoved: false), TestActor);
        _actor.Tell(new ReleasePosition("b", 1, IsRemoved: false), TestActor);

        await ExpectMsgAsync<PositionReleased>();
        save.SetResult([]);
        (await _store.NextAsync()).SetResult([]);

        await ExpectMsgAsync<PositionSaved>();
        await ExpectMsgAsync<PositionSaved>();
        await ExpectMsgAsync<PositionReleased>();
    }

    [Fact]
    public async Task Should_expect_repeats_after_a_kill_and_none_after_an_end()
    {
        Save("a", "1", handled: 10);
        (await _store.NextAsync()).SetResult([]);
        _actor.Tell(new ReleasePosition("a", 1, IsRemoved: false), TestActor);
        (await _store.NextAsync()).SetResult([]);

        _store.Ahead.ShouldBe([20, 0]);
    }

    [Fact]
    public async Task Should_answer_others_when_the_store_blocks_its_thread()
    {
        _store.Blocked = new ManualResetEventSlim();
        Save("a", "1");
        await _store.NextAsync();

        _actor.Tell(new AcquirePosition("b"), TestActor);

        await ExpectMsgAsync<PositionAcquired>();
        _store.Blocked.Set();
    }

    [Fact]
    public async Task Should_not_save_again_before_a_save_that_took_too_long_has_ended()
    {
        var actor = ActorOf(() => new PositionStoreActor(_store, TimeSpan.FromMilliseconds(1)));
        actor.Tell(Position("a", "1"), TestActor);
        var late = await _store.NextAsync();
        (await ExpectMsgAsync<PositionNotSaved>()).Reason.ShouldContain("did not answer within 0.001 s");
        actor.Tell(Position("a", "2"), TestActor);

        // It tries again after a second; until then, and after it, nothing may be given to the store.
        _store.Given.Count.ShouldBe(1);
        late.SetResult([]);

        await _store.NextAsync();
        _store.Given.ShouldBe([["a 1"], ["a 2"]]);
    }

    [Fact]
    public async Task Should_confirm_the_stream_when_the_save_failed_and_a_newer_one_takes_its_place()
    {
        _actor.Tell(Position("a", "1") with { IsConfirmation = true }, TestActor);
        var failing = await _store.NextAsync();
        Save("a", "2");

        failing.SetException(new IOException("full"));
        (await _store.NextAsync()).SetResult([]);

        await ExpectMsgAsync<PositionNotSaved>();
        (await ExpectMsgAsync<PositionSaved>()).IsConfirmation.ShouldBeTrue();
        _store.Given.ShouldBe([["a 1"], ["a 2"]]);
    }

    [Fact]
    public async Task Should_store_what_is_tried_when_a_confirmation_takes_its_place()
    {
        Save("b", "1");
        var first = await _store.NextAsync();
        _actor.Tell(Position("a", "1") with { Trial = new Trial(1, 5) }, TestActor);
        _actor.Tell(Position("a", "1") with { IsConfirmation = true }, TestActor);

        first.SetResult([]);
        (await _store.NextAsync()).SetResult([]);

        await ExpectMsgAsync<PositionSaved>();
        (await ExpectMsgAsync<PositionSaved>()).ShouldSatisfyAllConditions(
            saved => saved.Trial.ShouldBe(new Trial(1, 5)),
            saved => saved.IsConfirmation.ShouldBeTrue());
    }

    [Fact]
    public async Task Should_expect_repeats_when_the_stream_was_taken_back()
    {
        Save("a", "1", handled: 100);
        (await _store.NextAsync()).SetResult([]);

        _actor.Tell(Position("a", "2", handled: 10) with { Token = 2 }, TestActor);
        (await _store.NextAsync()).SetResult([]);

        _store.Ahead.ShouldBe([200, 20]);
    }

    [Fact]
    public async Task Should_take_over_a_few_streams_at_a_time_when_thousands_start()
    {
        _store.Acquiring = new TaskCompletionSource();
        for (var n = 0; n < 100; n++)
            _actor.Tell(new AcquirePosition($"s{n}"), CreateTestProbe());

        await AwaitAssertAsync(() => _store.Acquired.Count.ShouldBe(PositionStoreActor.MostAcquisitions));
        _store.Acquiring.SetResult();
        await AwaitAssertAsync(() => _store.Acquired.Count.ShouldBe(100));
    }

    [Fact]
    public async Task Should_not_take_over_a_stream_when_it_has_ended_before_its_turn()
    {
        _store.Acquiring = new TaskCompletionSource();
        for (var n = 0; n < PositionStoreActor.MostAcquisitions; n++)
            _actor.Tell(new AcquirePosition($"s{n}"), CreateTestProbe());
        _actor.Tell(new AcquirePosition("ended"), TestActor);

        _actor.Tell(new ReleasePosition("ended", 0, IsRemoved: false), TestActor);
        await ExpectMsgAsync<PositionReleased>();
        _actor.Tell(new AcquirePosition("later"), TestActor);
        _store.Acquiring.SetResult();

        await ExpectMsgAsync<PositionAcquired>();
        _store.Acquired.ShouldNotContain("ended");
    }

    [Fact]
    public async Task Should_release_a_stream_when_the_store_has_answered_who_owns_it()
    {
        _store.Acquiring = new TaskCompletionSource();
        _actor.Tell(new AcquirePosition("a"), TestActor);
        _actor.Tell(new ReleasePosition("a", 0, IsRemoved: false), TestActor);

        await AwaitAssertAsync(() => _store.Acquired.ShouldBe(["a"]));
        HasMessages.ShouldBeFalse("a new owner would lose the stream to this call");
        _store.Acquiring.SetResult();

        await ExpectMsgAsync<PositionAcquired>();
        await ExpectMsgAsync<PositionReleased>();
    }

    private IEnumerable<object> ExpectMsgOf(int count) => ReceiveN(count, Support.Within.Limit);

    private void Save(string stream, string id, long handled = 0) =>
        _actor.Tell(Position(stream, id, handled), TestActor);

    private static SavePosition Position(string stream, string id, long handled = 0) =>
        new(stream, 1, new PositionHandled(new StreamPosition(id), 0, handled));

    private sealed class SlowStore : IPositionStore
    {
        private readonly System.Threading.Channels.Channel<TaskCompletionSource<IReadOnlyCollection<string>>> _saves =
            System.Threading.Channels.Channel.CreateUnbounded<TaskCompletionSource<IReadOnlyCollection<string>>>();

        public List<string[]> Given { get; } = [];

        public ManualResetEventSlim? Blocked { get; set; }

        public List<long> Ahead { get; } = [];

        public async Task<TaskCompletionSource<IReadOnlyCollection<string>>> NextAsync()
        {
            using var limit = new CancellationTokenSource(Support.Within.Limit);
            return await _saves.Reader.ReadAsync(limit.Token);
        }

        public TaskCompletionSource? Acquiring { get; set; }

        public ConcurrentQueue<string> Acquired { get; } = new();

        public async Task<PositionLease> AcquireAsync(string stream, CancellationToken cancellation)
        {
            Acquired.Enqueue(stream);
            if (Acquiring is { } acquiring)
                await acquiring.Task;
            return new PositionLease(1, null);
        }

        public Task<IReadOnlyCollection<string>> SaveAsync(IReadOnlyCollection<PositionUpdate> updates, CancellationToken cancellation)
        {
            Given.Add([.. updates.Select(update => $"{update.Stream} {PositionText.Read(update.Position.Value)!.Position.LastEventId}").Order(StringComparer.Ordinal)]);
            Ahead.AddRange(updates.Select(update => PositionText.Read(update.Position.Value)!.Ahead));
            var save = new TaskCompletionSource<IReadOnlyCollection<string>>();
            _saves.Writer.TryWrite(save);
            Blocked?.Wait(CancellationToken.None);
            return save.Task;
        }

        public Task RemoveAsync(string stream, long token, CancellationToken cancellation) => Task.CompletedTask;

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;
    }
}

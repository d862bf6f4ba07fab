using Akka.TestKit;
using Akka.TestKit.Xunit2;
using McpSseActors.Actors;
using McpSseActors.Actors.DeadLetters;
using McpSseActors.DeadLetters;
using McpSseActors.Tests.DeadLetters;
using Xunit.Abstractions;

namespace McpSseActors.Tests.Actors.DeadLetters;

/// <summary>The actor in front of a store of dead letters. The test is its supervisor, and its streams.</summary>
[Trait("Category", "Durability")]
public sealed class DeadLetterActorSpec(ITestOutputHelper output) : TestKit(TestSystem.Config, output: output)
{
    private readonly FakeStore _store = new();
    private TestProbe _streams = null!;

    [Fact]
    public async Task Should_keep_letters_and_answer_when_they_are_stored()
    {
        var actor = Start();

        actor.Tell(new KeepDeadLetter(Letters.Of("1") with { IsRetryRequested = true }), TestActor);

        (await ExpectMsgAsync<DeadLetterKept>()).ShouldBe(new DeadLetterKept("1"));
        (await _streams.ExpectMsgAsync<DeadLetterCounted>()).ShouldBe(new DeadLetterCounted("s", "h"));
        (await _store.Inner.FindAsync(DeadLetterFilter.All, "", 9, default)).ShouldHaveSingleItem().IsRetryRequested.ShouldBeFalse();
    }

    [Fact]
    public async Task Should_write_what_comes_during_a_write_with_the_next()
    {
        var actor = Start();
        _store.Gate = new TaskCompletionSource();
        foreach (var id in new[] { "1", "2", "3", "2" })
            actor.Tell(new KeepDeadLetter(Letters.Of(id)), TestActor);
        await _store.Calls.Reader.ReadAsync(Limit());

        _store.Gate.SetResult();

        foreach (var id in new[] { "1", "2", "3", "2" })
            (await ExpectMsgAsync<DeadLetterKept>()).Id.ShouldBe(id);
        (await _store.Calls.Reader.ReadAsync(Limit())).ShouldBe(["3", "2"]);
    }

    [Fact]
    public async Task Should_keep_letters_later_and_say_so_when_the_store_fails_and_streams_continue()
    {
        var actor = Start();
        _store.Fault = new IOException("No space left on device");

        actor.Tell(new KeepDeadLetter(Letters.Of("1")), TestActor);
        (await ExpectMsgAsync<DeadLetterKept>()).ShouldBe(new DeadLetterKept("1", IsDelayed: true));
        actor.Tell(new KeepDeadLetter(Letters.Of("2")), TestActor);
        (await ExpectMsgAsync<DeadLetterKept>()).ShouldBe(new DeadLetterKept("2", IsDelayed: true));
        await Should.ThrowAsync<PositionStoreException>(() => actor.Ask<DeadLetterList>(new GetDeadLetters(DeadLetterFilter.All), Support.Within.Limit));
        actor.Tell(new GetDeadLetterHealth(), TestActor);
        (await ExpectMsgAsync<DeadLetterHealth>()).StoreFault.ShouldNotBeNull().ShouldContain("No space left");
        _streams.HasMessages.ShouldBeFalse("nothing is kept yet");
        _store.Fault = null;

        (await ExpectMsgAsync<DeadLetterKept>(Support.Within.Limit)).ShouldBe(new DeadLetterKept("1"));
        (await ExpectMsgAsync<DeadLetterKept>()).ShouldBe(new DeadLetterKept("2"));
        await _streams.ExpectMsgAsync<DeadLetterCounted>();
        (await _store.Inner.FindAsync(DeadLetterFilter.All, "", 9, default)).Select(letter => letter.Id).ShouldBe(["1", "2"]);
    }

    [Fact]
    public async Task Should_let_streams_wait_when_too_many_letters_wait_for_the_store()
    {
        var actor = Start();
        _store.Fault = new IOException("No space left on device");
        foreach (var number in Enumerable.Range(1, 1001))
            actor.Tell(new KeepDeadLetter(Letters.Of($"{number}")), TestActor);
        foreach (var number in Enumerable.Range(1, 1000))
            (await ExpectMsgAsync<DeadLetterKept>(Support.Within.Limit)).ShouldBe(new DeadLetterKept($"{number}", IsDelayed: true));
        actor.Tell(new GetDeadLetterHealth(), TestActor);
        await ExpectMsgAsync<DeadLetterHealth>();

        _store.Fault = null;

        foreach (var number in Enumerable.Range(1, 1001))
            (await ExpectMsgAsync<DeadLetterKept>(Support.Within.Limit)).ShouldBe(new DeadLetterKept($"{number}"));
    }

    [Fact]
    public async Task Should_say_what_is_not_kept_when_the_host_ends_before_the_store_works()
    {
        var actor = Start();
        _store.Fault = new IOException("No space left on device");
        actor.Tell(new KeepDeadLetter(Letters.Of("1")), TestActor);
        await ExpectMsgAsync<DeadLetterKept>();

        await EventFilter.Error(contains: "1 event(s) that handlers gave up are not kept as dead letters").ExpectOneAsync(Support.Within.Limit, () =>
        {
            Sys.Stop(actor);
            return Task.CompletedTask;
        });
    }

    [Fact]
    public async Task Should_try_again_until_the_letter_is_stored_when_streams_pause()
    {
        var actor = Start(StoreFailure.Pause);
        _store.Fault = new IOException("No space left on device");
        actor.Tell(new KeepDeadLetter(Letters.Of("1")), TestActor);
        await _store.Calls.Reader.ReadAsync(Limit());

        _store.Fault = null;

        (await ExpectMsgAsync<DeadLetterKept>(Support.Within.Limit)).IsDelayed.ShouldBeFalse();
    }

    [Fact]
    public async Task Should_give_a_letter_to_its_handler_when_its_request_is_withdrawn()
    {
        var requested = Letters.Of("1") with { IsRetryRequested = true };
        await _store.Inner.KeepAsync([requested], default);
        var actor = Start();
        (await _streams.ExpectMsgAsync<RedeliverDeadLetter>(Support.Within.Limit)).Letter.IsRetryRequested.ShouldBeTrue();

        actor.Tell(new WithdrawRetry(requested), TestActor);

        (await _streams.ExpectMsgAsync<RedeliverDeadLetter>(Support.Within.Limit)).Letter.IsRetryRequested.ShouldBeFalse();
        (await _store.Inner.FindAsync(DeadLetterFilter.All, "", 9, default)).ShouldHaveSingleItem().IsRetryRequested.ShouldBeFalse();
        HasMessages.ShouldBeFalse("nothing is counted");
    }

    [Fact]
    public async Task Should_not_bring_a_discarded_letter_back_when_its_request_is_withdrawn()
    {
        var actor = Start();

        actor.Tell(new WithdrawRetry(Letters.Of("1") with { IsRetryRequested = true }), TestActor);
        actor.Tell(new KeepDeadLetter(Letters.Of("2")), TestActor);

        await ExpectMsgAsync<DeadLetterKept>();
        await _streams.ExpectMsgAsync<DeadLetterCounted>();
        _streams.HasMessages.ShouldBeFalse("nothing is given to a handler");
        (await _store.Inner.FindAsync(DeadLetterFilter.All, "", 9, default)).ShouldHaveSingleItem().Id.ShouldBe("2");
    }

    [Fact]
    public async Task Should_write_many_letters_a_part_at_a_time()
    {
        var actor = Start();
        _store.Gate = new TaskCompletionSource();
        foreach (var number in Enumerable.Range(1, 301))
            actor.Tell(new KeepDeadLetter(Letters.Of($"{number:000}")), TestActor);
        (await _store.Calls.Reader.ReadAsync(Limit())).ShouldBe(["001"]);
        await actor.Ask<DeadLetterHealth>(new GetDeadLetterHealth(), Support.Within.Limit);

        _store.Gate.SetResult();

        foreach (var _ in Enumerable.Range(1, 3))
            (await _store.Calls.Reader.ReadAsync(Limit())).Length.ShouldBe(100);
    }

    [Fact]
    public async Task Should_keep_letters_and_say_so_when_they_cannot_be_limited()
    {
        var actor = Start();
        _store.TrimFault = new NotSupportedException("no window functions");

        actor.Tell(new KeepDeadLetter(Letters.Of("1")), TestActor);

        (await ExpectMsgAsync<DeadLetterKept>()).ShouldBe(new DeadLetterKept("1"));
        await Eventually.HoldsAsync(async () =>
            (await actor.Ask<DeadLetterHealth>(new GetDeadLetterHealth(), Support.Within.Limit)).StoreFault.ShouldNotBeNull().ShouldContain("no window functions"));
    }

    [Fact]
    public async Task Should_not_write_while_a_call_that_took_too_long_has_not_ended()
    {
        var actor = Start(longestCall: TimeSpan.FromMilliseconds(10));
        _store.Gate = new TaskCompletionSource();
        actor.Tell(new KeepDeadLetter(Letters.Of("1")), TestActor);
        await _store.Calls.Reader.ReadAsync(Limit());
        (await ExpectMsgAsync<DeadLetterKept>(Support.Within.Limit)).IsDelayed.ShouldBeTrue();

        // A second time: the store was due to be tried again.
        await EventFilter.Error(contains: "1 dead letter(s) wait for their store").ExpectAsync(2, Support.Within.Limit, () => Task.CompletedTask);
        _store.Calls.Reader.TryRead(out _).ShouldBeFalse();
        _store.Gate.SetResult();

        (await ExpectMsgAsync<DeadLetterKept>(Support.Within.Limit)).IsDelayed.ShouldBeFalse();
    }

    [Fact]
    public async Task Should_count_what_falls_out()
    {
        var actor = Start(limits: new DeadLetterLimits { MaxCount = 1, MaxAge = TimeSpan.Zero });
        foreach (var id in new[] { "1", "2", "3" })
        {
            actor.Tell(new KeepDeadLetter(Letters.Of(id)), TestActor);
            await ExpectMsgAsync<DeadLetterKept>();
        }

        actor.Tell(new CountDeadLetters(DeadLetterFilter.All), TestActor);

        (await ExpectMsgAsync<DeadLetterCount>()).ShouldBe(new DeadLetterCount(1, 2));
    }

    [Fact]
    public async Task Should_discard_a_letter_when_its_handler_has_succeeded()
    {
        var actor = await StartWithAsync(Letters.Of("1"));

        actor.Tell(new RetryDeadLetters(DeadLetterFilter.All), TestActor);
        await RedeliverAsync("1");

        (await ExpectMsgAsync<DeadLettersRetried>()).Handled.ShouldBe(1);
        (await _store.Inner.CountAsync(DeadLetterFilter.All, default)).ShouldBe(0);
    }

    [Fact]
    public async Task Should_keep_a_letter_with_its_new_attempts_when_the_handler_failed_again()
    {
        var actor = await StartWithAsync(Letters.Of("1"));
        actor.Tell(new RetryDeadLetters(DeadLetterFilter.All), TestActor);
        await _streams.ExpectMsgAsync<RedeliverDeadLetter>();

        _streams.Send(actor, new KeepDeadLetter(Letters.Of("1") with { Attempts = 6, Fault = "IOException: again" }));
        _streams.Send(actor, new DeadLetterRedelivered("1", null));

        (await ExpectMsgAsync<DeadLettersRetried>()).Faults.ShouldBe([new DeadLetterFault("1", "the handler failed again: IOException: again")]);
        await AwaitAssertAsync(async () =>
            (await _store.Inner.FindAsync(DeadLetterFilter.All, "", 9, default)).ShouldHaveSingleItem().Attempts.ShouldBe(6));
    }

    [Fact]
    public async Task Should_keep_a_letter_and_say_why_when_nobody_takes_it()
    {
        var actor = await StartWithAsync(Letters.Of("1"), Letters.Of("2", stream: "t"));
        actor.Tell(new RetryDeadLetters(DeadLetterFilter.All), TestActor);

        foreach (var _ in new[] { 1, 2 })
        {
            var id = await NextAsync();
            _streams.Reply(new DeadLetterRedelivered(id, id == "1" ? "no such handler" : "no such stream"));
        }

        var retried = await ExpectMsgAsync<DeadLettersRetried>();
        (retried.Handled, retried.Failed, retried.UnderWay).ShouldBe((0, 2, 0));
        retried.Faults.Select(fault => fault.Reason).ShouldBe(["no such handler", "no such stream"], ignoreOrder: true);
        (await _store.Inner.CountAsync(DeadLetterFilter.All, default)).ShouldBe(2);
    }

    [Fact]
    public async Task Should_give_a_handler_one_letter_after_the_other_and_others_theirs_meanwhile()
    {
        var actor = await StartWithAsync(Letters.Of("1"), Letters.Of("2"), Letters.Of("3", handler: "other"));
        actor.Tell(new RetryDeadLetters(DeadLetterFilter.All), TestActor);

        var first = new[] { await NextAsync(), await NextAsync() };
        first.ShouldBe(["1", "3"], ignoreOrder: true);
        _streams.HasMessages.ShouldBeFalse();
        actor.Tell(new DeadLetterRedelivered("1", null));
        (await NextAsync()).ShouldBe("2");
    }

    [Fact]
    public async Task Should_answer_with_what_is_under_way_when_a_handler_is_slow()
    {
        var actor = await StartWithAsync(TimeSpan.FromMilliseconds(1), Letters.Of("1"));

        actor.Tell(new RetryDeadLetters(DeadLetterFilter.All), TestActor);

        (await ExpectMsgAsync<DeadLettersRetried>(Support.Within.Limit)).Handled.ShouldBe(0);
        await RedeliverAsync("1");
        await AwaitAssertAsync(async () => (await _store.Inner.CountAsync(DeadLetterFilter.All, default)).ShouldBe(0));
    }

    [Fact]
    public async Task Should_give_up_a_retry_when_the_stream_has_ended()
    {
        var actor = await StartWithAsync(Letters.Of("1"), Letters.Of("2"));
        actor.Tell(new RetryDeadLetters(DeadLetterFilter.All), TestActor);
        await NextAsync();

        actor.Tell(new RedeliveriesEnded("s", "stream 's' has ended"));

        (await ExpectMsgAsync<DeadLettersRetried>()).Faults.Select(fault => fault.Reason).ShouldBe(["stream 's' has ended", "stream 's' has ended"]);
    }

    [Fact]
    public async Task Should_hand_out_requested_letters_at_the_start_and_when_their_stream_starts()
    {
        await _store.Inner.KeepAsync([Letters.Of("1") with { IsRetryRequested = true }, Letters.Of("2")], default);
        Start();
        await RedeliverAsync("1", "stream 's' is Stopped");

        await AwaitAssertAsync(() =>
        {
            Sys.EventStream.Publish(new StateReported(
                new StreamStateChanged("s", ConnectionState.Stopped, ConnectionState.Connecting, "", 0, null, Letters.Now)));
            _streams.ExpectMsg<RedeliverDeadLetter>(TimeSpan.FromMilliseconds(500)).Letter.Id.ShouldBe("1");
        }, Support.Within.Limit);
    }

    [Fact]
    public async Task Should_refuse_a_pattern_that_is_none()
    {
        var actor = Start();

        await Should.ThrowAsync<FormatException>(() => actor.Ask<DeadLetterList>(new GetDeadLetters(new DeadLetterFilter { EventType = "a\nb" }), Support.Within.Limit));
    }

    [Fact]
    public async Task Should_end_a_list_when_its_events_are_large()
    {
        var large = new string('x', 700_000);
        var actor = await StartWithAsync(Letters.Of("1", data: large), Letters.Of("2", data: large));

        actor.Tell(new GetDeadLetters(DeadLetterFilter.All), TestActor);
        var first = await ExpectMsgAsync<DeadLetterList>();
        actor.Tell(new GetDeadLetters(DeadLetterFilter.All, After: first.Next), TestActor);
        var second = await ExpectMsgAsync<DeadLetterList>();

        first.Letters.ShouldHaveSingleItem().Id.ShouldBe("1");
        first.Next.ShouldBe("1");
        second.Letters.ShouldHaveSingleItem().Id.ShouldBe("2");
        second.Next.ShouldBeNull();
    }

    private static CancellationToken Limit() => new CancellationTokenSource(Support.Within.Limit).Token;

    private async Task<string> NextAsync() => (await _streams.ExpectMsgAsync<RedeliverDeadLetter>(Support.Within.Limit)).Letter.Id;

    private async Task RedeliverAsync(string id, string? fault = null)
    {
        var request = await _streams.FishForMessageAsync<RedeliverDeadLetter>(each => each.Letter.Id == id, Support.Within.Limit);
        _streams.Reply(new DeadLetterRedelivered(request.Letter.Id, fault));
    }

    private async Task<IActorRef> StartWithAsync(params StoredDeadLetter[] letters) => await StartWithAsync(Support.Within.Limit, letters);

    private async Task<IActorRef> StartWithAsync(TimeSpan answerWithin, params StoredDeadLetter[] letters)
    {
        await _store.Inner.KeepAsync(letters, default);
        return Start(answerWithin: answerWithin);
    }

    private IActorRef Start(StoreFailure onFailure = StoreFailure.Continue, DeadLetterLimits? limits = null, TimeSpan? answerWithin = null, TimeSpan? longestCall = null)
    {
        _streams = CreateTestProbe();
        var settings = new DeadLetterSettings(_store, limits ?? new DeadLetterLimits { MaxAge = TimeSpan.Zero }, onFailure) { AnswerWithin = answerWithin ?? Support.Within.Limit };
        if (longestCall is { } longest)
            settings = settings with { LongestCall = longest, LogPeriod = TimeSpan.FromSeconds(1.5) };
        return _streams.ChildActorOf(Props.Create(() => new DeadLetterActor(settings)), "letters");
    }

    private sealed class FakeStore : IDeadLetterStore
    {
        public MemoryDeadLetterStore Inner { get; } = new();

        public Exception? Fault { get; set; }

        public TaskCompletionSource? Gate { get; set; }

        public System.Threading.Channels.Channel<string[]> Calls { get; } = System.Threading.Channels.Channel.CreateUnbounded<string[]>();

        public async Task KeepAsync(IReadOnlyCollection<StoredDeadLetter> letters, CancellationToken cancellation)
        {
            Calls.Writer.TryWrite([.. letters.Select(letter => letter.Id)]);
            if (Gate is not null)
                await Gate.Task;
            await Try().KeepAsync(letters, cancellation);
        }

        public Exception? TrimFault { get; set; }

        public Task<int> TrimAsync(DeadLetterLimits limits, DateTimeOffset now, CancellationToken cancellation) =>
            TrimFault is null ? Try().TrimAsync(limits, now, cancellation) : throw TrimFault;

        public Task<IReadOnlyList<StoredDeadLetter>> FindAsync(DeadLetterFilter filter, string after, int count, CancellationToken cancellation) =>
            Try().FindAsync(filter, after, count, cancellation);

        public Task<long> CountAsync(DeadLetterFilter filter, CancellationToken cancellation) => Try().CountAsync(filter, cancellation);

        public Task<int> RemoveAsync(IReadOnlyCollection<string> ids, CancellationToken cancellation) => Try().RemoveAsync(ids, cancellation);

        public ValueTask DisposeAsync() => ValueTask.CompletedTask;

        private MemoryDeadLetterStore Try() => Fault is null ? Inner : throw Fault;
    }
}

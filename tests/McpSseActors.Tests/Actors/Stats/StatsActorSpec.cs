using Akka.TestKit.Xunit2;
using McpSseActors.Actors;
using McpSseActors.Actors.Stats;
using McpSseActors.Events;
using Xunit.Abstractions;

namespace McpSseActors.Tests.Actors.Stats;

public sealed class StatsActorSpec(ITestOutputHelper output) : TestKit(TestSystem.Config, output: output)
{
    private static readonly StreamOptions Options = new()
    {
        Name = "s",
        Enabled = true,
        EventBufferSize = 3,
        ServerUrl = "http://user:secret@host/events?token=secret",
    };

    [Fact]
    public async Task Should_answer_when_nothing_has_happened_yet()
    {
        var stats = await Start().Ask<StreamStats>(new GetStats());

        stats.State.ShouldBe(ConnectionState.Idle);
        stats.IsRunning.ShouldBeFalse();
        stats.ServerUrl.ShouldBe("http://host/events?***");
        stats.TotalEventsReceived.ShouldBe(0);
        stats.LastEventId.ShouldBeNull();
    }

    [Theory]
    [InlineData(2.5)]
    [InlineData(null)]
    public async Task Should_say_when_the_next_attempt_is_due_when_there_will_be_one(double? seconds)
    {
        var actor = Start();
        var (state, delay) = seconds is { } known ? (ConnectionState.BackingOff, TimeSpan.FromSeconds(known)) : (ConnectionState.Failed, (TimeSpan?)null);
        actor.Tell(new StateReported(new StreamStateChanged("s", ConnectionState.Connected, state, "lost", 1, delay, DateTimeOffset.UnixEpoch)));

        var stats = await actor.Ask<StreamStats>(new GetStats());

        stats.NextAttemptTime.ShouldBe(DateTimeOffset.UnixEpoch + delay);
    }

    [Fact]
    public async Task Should_keep_the_uptime_when_the_clock_is_set()
    {
        var actor = Start();
        // The clock was wrong by decades when the stream connected.
        actor.Tell(new StateReported(
            new StreamStateChanged("s", ConnectionState.Connecting, ConnectionState.Connected, "accepted", 0, null, DateTimeOffset.UnixEpoch)));

        var stats = await actor.Ask<StreamStats>(new GetStats());

        stats.ConnectedSince.ShouldBe(DateTimeOffset.UnixEpoch);
        stats.Uptime.ShouldBeInRange(TimeSpan.Zero, TimeSpan.FromMinutes(5));
    }

    [Fact]
    public async Task Should_add_up_when_batches_come()
    {
        var actor = Start();
        actor.Tell(Batch(["a", "b", "a"], filtered: 1, duplicates: 2));
        actor.Tell(Batch(["a"], filtered: 0, duplicates: 0));
        actor.Tell(new BatchHandled(2, TimeSpan.FromMilliseconds(8)));

        var stats = await actor.Ask<StreamStats>(new GetStats());

        stats.TotalEventsReceived.ShouldBe(4);
        stats.EventsByType.ShouldBe(new Dictionary<string, long> { ["a"] = 3, ["b"] = 1 });
        stats.Dispatched.ShouldBe(4);
        stats.InFlight.ShouldBe(2);
        stats.Filtered.ShouldBe(1);
        stats.Dropped.ShouldBe(new Dictionary<string, long> { ["duplicate"] = 2 });
        stats.BytesReceived.ShouldBe(200);
        stats.EventsPerSecond.ShouldBeGreaterThan(0);
        stats.HandlerDuration.ShouldBe(TimeSpan.FromMilliseconds(8));
    }

    [Fact]
    public async Task Should_tell_the_age_of_the_handled_position_when_it_is_stored()
    {
        var actor = Start();
        (await actor.Ask<StreamStats>(new GetStats())).HandledAge.ShouldBeNull("it is not stored");
        actor.Tell(new PositionStoreReported(null, null));
        actor.Tell(new PositionMoved(""));
        (await actor.Ask<StreamStats>(new GetStats())).HandledAge.ShouldBe(TimeSpan.Zero);

        var batch = Batch(["a"]);
        actor.Tell(batch);
        await Eventually.HoldsAsync(async () => (await actor.Ask<StreamStats>(new GetStats())).HandledAge.ShouldNotBeNull().ShouldBeGreaterThan(TimeSpan.Zero));

        actor.Tell(new PositionMoved(batch.LastEventId));
        (await actor.Ask<StreamStats>(new GetStats())).HandledAge.ShouldBe(TimeSpan.Zero);
    }

    [Fact]
    public async Task Should_keep_the_newest_when_more_events_come_than_the_buffer_holds()
    {
        var actor = Start();
        actor.Tell(Batch(["a", "b"]));
        actor.Tell(Batch(["c", "chat.x"]));

        (await RecentAsync(actor, new GetRecentEvents())).ShouldBe(["b", "c", "chat.x"]);
        (await RecentAsync(actor, new GetRecentEvents(2))).ShouldBe(["c", "chat.x"]);
        (await RecentAsync(actor, new GetRecentEvents(0))).ShouldBeEmpty();
        (await RecentAsync(actor, new GetRecentEvents(-1))).ShouldBeEmpty();
        (await RecentAsync(actor, new GetEventsByType("b"))).ShouldBe(["b"]);
        (await RecentAsync(actor, new GetEventsByType("chat.*"))).ShouldBe(["chat.x"]);
        (await actor.Ask<RecentEventsCleared>(new ClearRecentEvents())).Count.ShouldBe(3);
        (await RecentAsync(actor, new GetRecentEvents())).ShouldBeEmpty();
        (await actor.Ask<StreamStats>(new GetStats())).TotalEventsReceived.ShouldBe(4);
    }

    [Fact]
    public async Task Should_give_what_came_later_with_its_number_when_an_event_is_known()
    {
        var actor = Start();
        actor.Tell(Batch(["a", "b"]));
        var first = await actor.Ask<RecentEvents>(new GetEventsAfter(0));
        actor.Tell(Batch(["c", "chat.x"]));

        var later = await actor.Ask<RecentEvents>(new GetEventsAfter(first.NewestSequence));
        var chats = await actor.Ask<RecentEvents>(new GetEventsAfter(0, "chat.*"));
        var none = await actor.Ask<RecentEvents>(new GetEventsAfter(later.NewestSequence));
        await actor.Ask<RecentEventsCleared>(new ClearRecentEvents());
        var cleared = await actor.Ask<RecentEvents>(new GetEventsAfter(0));

        first.Sequences.ShouldBe([1, 2]);
        (later.Events.Length, later.OldestSequence, later.NewestSequence).ShouldBe((2, 2, 4));
        later.Sequences.ShouldBe([3, 4]);
        chats.Sequences.ShouldBe([4]);
        none.Events.ShouldBeEmpty();
        (cleared.Events.Length, cleared.OldestSequence, cleared.NewestSequence).ShouldBe((0, 5, 4));
    }

    [Fact]
    public async Task Should_answer_with_a_failure_when_the_pattern_is_none()
    {
        var actor = Start();
        actor.Tell(Batch(["a"]));

        await Should.ThrowAsync<FormatException>(() => actor.Ask<RecentEvents>(new GetEventsByType("")));

        (await actor.Ask<StreamStats>(new GetStats())).TotalEventsReceived.ShouldBe(1);
    }

    [Fact]
    public async Task Should_bound_the_bytes_when_events_are_large()
    {
        var actor = Sys.ActorOf(StatsActor.Props(Options, new PipelineSettings { RecentEventsSize = 1024 }));
        actor.Tell(Batch(["a"], data: new string('x', 600)));
        actor.Tell(Batch(["b"], data: new string('x', 600)));

        (await RecentAsync(actor, new GetRecentEvents())).ShouldBe(["b"]);
    }

    [Fact]
    public async Task Should_tell_uptime_and_reconnects_when_the_state_changes()
    {
        var actor = Start();
        Change(actor, ConnectionState.Idle, ConnectionState.Connecting, 0);
        Change(actor, ConnectionState.Connecting, ConnectionState.Connected, 0);
        Change(actor, ConnectionState.Connected, ConnectionState.BackingOff, 1);
        Change(actor, ConnectionState.BackingOff, ConnectionState.Connecting, 1);
        Change(actor, ConnectionState.Connecting, ConnectionState.Connected, 1);

        var stats = await actor.Ask<StreamStats>(new GetStats());

        stats.IsConnected.ShouldBeTrue();
        stats.TotalReconnectAttempts.ShouldBe(1);
        stats.ConsecutiveReconnectAttempts.ShouldBe(1);
        stats.ConnectedSince.ShouldNotBeNull();
        actor.Tell(new AttemptsReset());
        (await actor.Ask<StreamStats>(new GetStats())).ConsecutiveReconnectAttempts.ShouldBe(0);
        (await actor.Ask<StreamStateChanged>(new GetState())).NewState.ShouldBe(ConnectionState.Connected);
    }

    private IActorRef Start() => Sys.ActorOf(StatsActor.Props(Options, new PipelineSettings()));

    private static async Task<IEnumerable<string>> RecentAsync(IActorRef actor, object query) =>
        (await actor.Ask<RecentEvents>(query)).Events.Select(e => e.EventType);

    private static void Change(IActorRef actor, ConnectionState old, ConnectionState now, int attempt) =>
        actor.Tell(new StateReported(new StreamStateChanged("s", old, now, "because", attempt, null, DateTimeOffset.UnixEpoch)));

    private static BatchDispatched Batch(string[] types, int filtered = 0, int duplicates = 0, string data = "{}")
    {
        var events = types.Select(t => new McpEvent("s", t, Encoding.UTF8.GetBytes(data), DateTimeOffset.UnixEpoch)).ToArray();
        var buffer = EventBuffer.Of(events);
        for (var index = 0; index < events.Length; index++)
            buffer.Accept(index);
        return new BatchDispatched
        {
            Events = buffer,
            Received = [.. types.GroupBy(t => t).Select(g => (g.Key, g.Count()))],
            Dispatched = types.Length,
            Filtered = filtered,
            Unhandled = 0,
            Duplicates = duplicates,
            LeftOut = default,
            Comments = 0,
            Bytes = 100,
            LastEventId = "",
        };
    }
}

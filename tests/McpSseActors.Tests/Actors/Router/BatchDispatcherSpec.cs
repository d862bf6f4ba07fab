using McpSseActors.Actors;
using McpSseActors.Actors.Positions;
using McpSseActors.Actors.Router;
using McpSseActors.Actors.Stats;
using McpSseActors.Configuration;
using McpSseActors.Events;
using McpSseActors.Sse;

namespace McpSseActors.Tests.Actors.Router;

/// <summary>How a batch is divided among handlers.</summary>
public sealed class BatchDispatcherSpec
{
    private readonly List<string> _splits = [];
    private readonly RouterMemory _memory;
    private readonly LiveOptions _options;
    private readonly BatchDispatcher _dispatcher;

    public BatchDispatcherSpec()
    {
        _options = new LiveOptions(new StreamOptions { Name = "s", ServerUrl = "http://127.0.0.1/" });
        _memory = new RouterMemory(_options.Value, new PipelineSettings());
        _dispatcher = new BatchDispatcher(_memory, _options, _ => { }, position => _splits.Add(position.LastEventId));
    }

    [Fact]
    public void Should_count_events_by_type_and_by_whether_a_handler_has_them()
    {
        Add("mine", "a");

        var dispatched = Dispatch("a", "b", "a");

        dispatched.Received.ShouldBe([("a", 2), ("b", 1)], ignoreOrder: true);
        (dispatched.Dispatched, dispatched.Unhandled, dispatched.Filtered).ShouldBe((2, 1, 0));
        _dispatcher.Sent.ShouldHaveSingleItem().Count.ShouldBe(2);
    }

    [Fact]
    public void Should_leave_out_types_that_are_not_subscribed()
    {
        Add("all", "*");
        _memory.Table.Subscribe(["a"]);

        var dispatched = Dispatch("a", "b");

        (dispatched.Dispatched, dispatched.Filtered).ShouldBe((1, 1));
    }

    [Fact]
    public void Should_send_each_handler_what_it_wants_in_one_delivery()
    {
        Add("all", "*");
        Add("some", "a");

        Dispatch("a", "b", "a");

        _dispatcher.Sent.Select(sent => (sent.Slot!.Name, sent.Count)).ShouldBe([("all", 3), ("some", 2)]);
        _dispatcher.Told.ShouldBe(3);
    }

    [Fact]
    public void Should_split_a_batch_when_positions_are_stored()
    {
        Add("all", "*");
        _memory.ResumeAt(new ResumeAt(new StreamPosition("0"), Repeats: 0));

        Dispatch([.. Enumerable.Repeat("a", 70)]);

        _splits.ShouldBe(["32", "64"]);
        _dispatcher.Told.ShouldBe(6);
        _memory.Position.LastEventId.ShouldBe("70");
    }

    [Fact]
    public void Should_suspect_the_first_events_after_a_process_that_has_saved_nothing_and_no_later_ones()
    {
        Add("all", "*");
        _memory.ResumeAt(new ResumeAt(new StreamPosition("0"), Repeats: 0) { HasSilentOwner = true });

        Dispatch("a");
        _dispatcher.Suspicion.ShouldBe(new Suspicion(Attempts: 1, Alone: ""));
        Dispatch("a");

        _dispatcher.Suspicion.ShouldBeNull();
    }

    [Fact]
    public void Should_mark_as_many_events_as_may_be_repeats()
    {
        Add("all", "*");
        _memory.ResumeAt(new ResumeAt(new StreamPosition("0"), Repeats: 2));

        Dispatch("a", "a", "a");

        (_memory.PossibleRepeats, _memory.ExpectedRepeats).ShouldBe((0, 0));
        _splits.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("a", "a")]
    [InlineData("a", "filtered")]
    public void Should_mark_events_until_the_last_that_it_had_dispatched_before_it_went_back(string first, string second)
    {
        Add("all", "*");
        _memory.Table.Subscribe(["a"]);
        _memory.ResumeAt(new ResumeAt(new StreamPosition(""), Repeats: 0));
        _memory.Position = new StreamPosition("2");
        _memory.Handled!.Add(new BatchInFlight(new ChunkInFlight(1, 1), 2, _memory.Position));
        _memory.GoBackTo(new ResumeAt(new StreamPosition("0"), Repeats: 0));

        var events = Dispatch(first, second, "a").Events;

        Enumerable.Range(0, 3).Select(index => events.ToEvent(index).Redelivered).ShouldBe([true, second == "a", false]);
    }

    [Fact]
    public void Should_not_mark_events_that_no_server_can_repeat()
    {
        Add("all", "*");
        _memory.ResumeAt(new ResumeAt(new StreamPosition(""), Repeats: 1, IsOpen: true));

        var events = Dispatch(Event("a", id: null), Event("a", "1")).Events;

        (events.ToEvent(0).Redelivered, events.ToEvent(1).Redelivered).ShouldBe((false, true));
    }

    [Theory]
    [InlineData(false, 2)]
    [InlineData(true, 1)]
    public void Should_read_longer_when_events_spread_over_many_handlers_that_get_a_batch_at_a_time(bool isSplit, int chunks)
    {
        string[] types = [.. Enumerable.Range(0, 64).Select(type => $"t{type}")];
        foreach (var type in types)
            Add(type, type);
        if (isSplit)
            _memory.ResumeAt(new ResumeAt(new StreamPosition("0"), Repeats: 0));

        Dispatch(types);

        _memory.Credit.ReadLength.Chunks.ShouldBe(chunks);
    }

    private void Add(string name, string pattern) => _memory.Table.Add(
        new HandlerSlot(HandlerRegistration.ForProps(pattern, Props.Empty) with { Name = name }, ActorRefs.Nobody, queue: null, failures: null));

    private BatchDispatched Dispatch(params string[] types) => Dispatch([.. types.Select((type, index) => Event(type, $"{index + 1}"))]);

    private BatchDispatched Dispatch(params McpEvent[] events) => _dispatcher.Dispatch(
        new EventBatch
        {
            Epoch = 1,
            Events = EventBuffer.Of(events),
            Bytes = 100,
            Comments = 0,
            LeftOut = default,
            Position = new StreamPosition($"{events.Length}"),
        }, ActorRefs.Nobody);

    private static McpEvent Event(string type, string? id) => new("s", type, "x"u8.ToArray(), DateTimeOffset.UnixEpoch, id);
}

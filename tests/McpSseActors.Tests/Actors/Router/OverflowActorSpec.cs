using Akka.Event;
using Akka.TestKit;
using Akka.TestKit.Xunit2;
using McpSseActors.Actors;
using McpSseActors.Actors.Router;
using McpSseActors.Actors.Stats;
using McpSseActors.Telemetry;
using Xunit.Abstractions;

namespace McpSseActors.Tests.Actors.Router;

/// <summary>The queue before a handler that the stream does not wait for.</summary>
public sealed class OverflowActorSpec : TestKit
{
    private readonly PipelineSettings _settings = new() { HandlerWarning = TimeSpan.FromMilliseconds(200) };
    private readonly ManualResetEventSlim _gate = new();
    private readonly TestProbe _stats;
    private readonly TestProbe _handled;

    public OverflowActorSpec(ITestOutputHelper output)
        : base(TestSystem.Config, output: output)
    {
        _stats = CreateTestProbe();
        _handled = CreateTestProbe();
    }

    [Fact]
    public async Task Should_answer_the_fence_and_drop_when_the_handler_stands_still()
    {
        var queue = Start(HandlerOverflow.DropOldest, capacity: 3, out _);
        await FillAsync(queue, 0);

        await FillAsync(queue, 1, 2, 3, 4, 5);

        (await _stats.ExpectMsgAsync<EventsDropped>()).ShouldBe(new EventsDropped("overflow", 2));
        _gate.Set();
        await HandledAsync(0, 3, 4, 5);
    }

    [Fact]
    public async Task Should_keep_the_order_and_drop_nothing_when_the_handler_keeps_up()
    {
        _gate.Set();
        var queue = Start(HandlerOverflow.DropNewest, capacity: 1000, out _);

        for (var number = 0; number < 500; number += 5)
            await FillAsync(queue, [.. Enumerable.Range(number, 5)]);

        await HandledAsync([.. Enumerable.Range(0, 500)]);
        _stats.HasMessages.ShouldBeFalse();
    }

    [Fact]
    public async Task Should_warn_at_once_and_then_in_periods_when_it_drops()
    {
        var log = CreateTestProbe();
        Sys.EventStream.Subscribe(log, typeof(Warning));
        var queue = Start(HandlerOverflow.DropNewest, capacity: 1, out _);
        await FillAsync(queue, 0);
        await FillAsync(queue, 1, 2, 3);
        await FillAsync(queue, 4, 5, 6);

        (await NextWarningAsync("too slow")).ShouldBe(
            "Handler slow of stream s is too slow: 2 event(s) dropped since the last report, rule DropNewest, with 1 waiting");
        (await NextWarningAsync("too slow")).ShouldBe(
            "Handler slow of stream s is too slow: 3 event(s) dropped since the last report, rule DropNewest, with 1 waiting");
        (await NextWarningAsync("not finished")).ShouldBe(
            "Handler slow of stream s has not finished its events for 0.2 s or more: 1 wait, and the stream goes on");
        _gate.Set();

        async Task<string> NextWarningAsync(string part) => ((Warning)await log.FishForMessageAsync(
            m => m is Warning warning && warning.Message.ToString()!.Contains(part, StringComparison.Ordinal), Support.Within.Limit)).Message.ToString()!;
    }

    [Fact]
    public async Task Should_answer_behind_everything_that_waits_when_it_is_flushed()
    {
        var queue = Start(HandlerOverflow.DropNewest, capacity: 100, out _);
        await FillAsync(queue, [.. Enumerable.Range(0, 50)]);

        queue.Tell(new Flush(7));
        (await _stats.ExpectMsgAsync<EventsWaiting>()).Events.ShouldBe(50);
        HasMessages.ShouldBeFalse();
        _gate.Set();

        (await ExpectMsgAsync<ActorIdentity>()).MessageId.ShouldBe(7);
        await HandledAsync([.. Enumerable.Range(0, 50)]);
        (await _stats.ExpectMsgAsync<BatchHandled>()).Events.ShouldBe(32);
        (await _stats.ExpectMsgAsync<BatchHandled>()).Events.ShouldBe(18);
        queue.Tell(new Flush(8));
        (await ExpectMsgAsync<ActorIdentity>()).MessageId.ShouldBe(8);
    }

    [Fact]
    public async Task Should_end_with_its_handler_behind_everything_that_waits_when_it_is_closed()
    {
        var queue = Start(HandlerOverflow.DropNewest, capacity: 100, out var handler);
        await FillAsync(queue, [.. Enumerable.Range(0, 50)]);
        Watch(queue);
        _handled.Watch(handler);

        queue.Tell(new CloseQueue(EndsHandler: true));
        _gate.Set();

        await HandledAsync([.. Enumerable.Range(0, 50)]);
        await _handled.ExpectTerminatedAsync(handler);
        await ExpectTerminatedAsync(queue);
    }

    [Fact]
    public async Task Should_end_and_count_what_waits_when_its_handler_stops()
    {
        var queue = Start(HandlerOverflow.DropNewest, capacity: 100, out var handler);
        await FillAsync(queue, 0);
        await FillAsync(queue, [.. Enumerable.Range(1, 10)]);
        Watch(queue);

        // At once, where Sys.Stop would ask the guardian to.
        ((IInternalActorRef)handler).Stop();
        _gate.Set();

        await ExpectTerminatedAsync(queue);
        (await _stats.ExpectMsgAsync<EventsDropped>()).ShouldBe(new EventsDropped("handler_stopped", 10));
    }

    private IActorRef Start(HandlerOverflow rule, int capacity, out IActorRef handler)
    {
        handler = Sys.ActorOf(Props.Create(() => new Slow(_gate, _handled)));
        var registration = HandlerRegistration.ForActorRef("*", handler) with { Name = "slow", Overflow = rule, OverflowCapacity = capacity };
        return Sys.ActorOf(OverflowActor.Props("s", registration, handler, _settings, _stats, new StreamMetrics(new StreamOptions(), Sys)));
    }

    // As the router does it: the events of a batch, and a fence after them, which the queue answers at once.
    private static async Task FillAsync(IActorRef queue, params int[] numbers)
    {
        queue.Tell(new McpEventBatch([.. numbers.Select(n => new McpEvent("s", $"{n}", default, DateTimeOffset.UnixEpoch))]));
        await queue.Ask<ActorIdentity>(new Identify(1), Support.Within.Limit);
    }

    private async Task HandledAsync(params int[] numbers)
    {
        foreach (var number in numbers)
            (await _handled.ExpectMsgAsync<string>()).ShouldBe($"{number}");
    }

    private sealed class Slow : ReceiveActor
    {
        public Slow(ManualResetEventSlim gate, IActorRef log) => Receive<McpEvent>(received =>
        {
            gate.Wait(Support.Within.Limit);
            log.Tell(received.EventType);
        });
    }
}

using McpSseActors.Actors.Router;
using McpSseActors.Sse;

namespace McpSseActors.Tests.Actors.Router;

/// <summary>What is in flight, and which batches wait for it.</summary>
public sealed class DeliveryTrackerSpec
{
    private readonly DeliveryTracker _deliveries = new();
    private readonly HandlerSlot _slow = Slot("slow");
    private readonly HandlerSlot _fast = Slot("fast");

    [Fact]
    public void Should_end_a_batch_with_the_last_of_its_deliveries()
    {
        var batch = Batch(events: 10);
        var (slow, fast) = (Begin(_slow, batch), Begin(_fast, batch));

        _deliveries.End(fast, isHandled: true).ShouldBeNull();
        _deliveries.EventsInFlight.ShouldBe(10);
        _deliveries.End(slow, isHandled: true).ShouldBe(batch);

        batch.IsHandled.ShouldBeTrue();
        (_deliveries.BatchesInFlight, _deliveries.ChunksInFlight, _deliveries.EventsInFlight).ShouldBe((0, 0, 0));
    }

    [Fact]
    public void Should_count_the_chunks_of_several_batches_once()
    {
        var chunk = new ChunkInFlight(Epoch: 1, Chunks: 3);
        var first = Begin(_slow, Batch(events: 32, chunk));
        var second = Begin(_slow, Batch(events: 8, chunk));

        _deliveries.ChunksInFlight.ShouldBe(3);
        _deliveries.End(first, isHandled: true);
        _deliveries.ChunksInFlight.ShouldBe(3);
        _deliveries.End(second, isHandled: true);
        _deliveries.ChunksInFlight.ShouldBe(0);
    }

    [Fact]
    public void Should_end_a_delivery_once()
    {
        var batch = Batch(events: 1);
        var delivery = Begin(_slow, batch);

        _deliveries.End(delivery, isHandled: true).ShouldBe(batch);

        _deliveries.End(delivery, isHandled: true).ShouldBeNull();
        _deliveries.BatchesInFlight.ShouldBe(0);
    }

    [Fact]
    public void Should_wait_no_longer_for_a_handler_that_was_removed()
    {
        var (both, alone) = (Batch(events: 2), Batch(events: 1));
        Begin(_slow, both);
        var left = Begin(_fast, both);
        Begin(_slow, alone);

        _deliveries.Abandon(_slow).ShouldBe([alone]);

        alone.RedeliveryFault.ShouldBe("its handler was removed before it had finished");
        _deliveries.HasAny(_slow).ShouldBeFalse();
        _deliveries.Unfinished().ShouldBe([_fast]);
        _deliveries.End(left, isHandled: true).ShouldBe(both);
    }

    [Fact]
    public void Should_hold_back_the_position_when_a_handler_has_stopped_before_it_had_finished()
    {
        var batch = Batch(events: 2);
        Begin(_slow, batch);
        var left = Begin(_fast, batch);

        _deliveries.Lose(_slow);
        _deliveries.Abandon(_slow).ShouldBeEmpty();
        _deliveries.End(left, isHandled: true).ShouldBe(batch);

        batch.IsHandled.ShouldBeFalse();
        batch.Chunk.IsLost.ShouldBeTrue();
    }

    [Fact]
    public void Should_know_the_oldest_in_any_order_of_ends()
    {
        var deliveries = Enumerable.Range(1, 4).Select(_ => Begin(_slow, Batch(events: 1))).ToArray();

        _deliveries.End(deliveries[1], isHandled: true);
        _deliveries.Oldest.ShouldBe(deliveries[0]);
        _deliveries.End(deliveries[0], isHandled: true);
        _deliveries.Oldest.ShouldBe(deliveries[2]);
        _deliveries.End(deliveries[3], isHandled: true);
        _deliveries.End(deliveries[2], isHandled: true);

        _deliveries.Oldest.ShouldBeNull();
    }

    private Delivery Begin(HandlerSlot slot, BatchInFlight batch)
    {
        var delivery = new Delivery(slot, events: null) { Count = batch.Dispatched };
        _deliveries.Begin(delivery, batch);
        return delivery;
    }

    private static BatchInFlight Batch(int events, ChunkInFlight? chunk = null) => new(chunk ?? new ChunkInFlight(Epoch: 1, Chunks: 1), events, StreamPosition.Start);

    private static HandlerSlot Slot(string name) =>
        new(HandlerRegistration.ForProps("*", Props.Empty) with { Name = name }, ActorRefs.Nobody, queue: null, failures: null);
}

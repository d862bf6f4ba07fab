using McpSseActors.Actors;
using McpSseActors.Actors.Router;
using McpSseActors.Configuration;
using McpSseActors.Events;
using McpSseActors.Sse;

namespace McpSseActors.Tests.Actors.Router;

/// <summary>In which order the mailbox of a handler gives what waits in it.</summary>
public sealed class HandlerQueueSpec
{
    private readonly HandlerQueue _queue = new();

    [Fact]
    public void Should_skip_what_was_given_up_when_another_event_is_given_again_before_it()
    {
        var (failed, givenUp) = (Event("failed"), Event("given up"));
        Enqueue(new ReleaseEvents(_queue.Hold([])) { IsSkipped = true });
        Enqueue(new ReleaseEvents(_queue.Hold([failed])));
        Enqueue(DeliveryOf(givenUp));

        Next().ShouldBe(failed);
        Next().ShouldBeNull();
    }

    private static McpEvent Event(string type) => new("s", type, "x"u8.ToArray(), DateTimeOffset.UnixEpoch, type);

    private static Delivery DeliveryOf(params McpEvent[] events)
    {
        var options = new LiveOptions(new StreamOptions { Name = "s", ServerUrl = "http://127.0.0.1/" });
        var memory = new RouterMemory(options.Value, new PipelineSettings());
        memory.Table.Add(new HandlerSlot(HandlerRegistration.ForProps("*", Props.Empty) with { Name = "all" }, ActorRefs.Nobody, queue: null, failures: null));
        var dispatcher = new BatchDispatcher(memory, options, _ => { }, _ => { });
        dispatcher.Dispatch(
            new EventBatch { Epoch = 1, Events = EventBuffer.Of(events), Bytes = 1, Comments = 0, LeftOut = default, Position = StreamPosition.Start }, ActorRefs.Nobody);
        return dispatcher.Sent.ShouldHaveSingleItem();
    }

    private void Enqueue(object message) => _queue.Enqueue(ActorRefs.Nobody, new Envelope(message, ActorRefs.Nobody));

    private object? Next() => _queue.TryDequeue(out var envelope) ? envelope.Message : null;
}

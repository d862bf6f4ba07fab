using System.Diagnostics;
using McpSseActors.Actors.Router;
using McpSseActors.Actors.Stats;
using McpSseActors.Events;
using McpSseActors.Telemetry;

namespace McpSseActors.Tests.Telemetry;

/// <summary>What nobody listens to costs nothing. Alone, since a listener of another test is one for the whole process.</summary>
[Collection(nameof(Alone))]
public sealed class CostSpec : Akka.TestKit.Xunit2.TestKit
{
    [Fact]
    public void Should_allocate_nothing_when_nobody_listens()
    {
        var metrics = new StreamMetrics(new StreamOptions { Name = "cost", ServerUrl = "http://127.0.0.1/" }, Sys);
        var handler = HandlerRegistration.ForProps("*", Akka.Actor.Props.Empty);
        var fault = new InvalidOperationException();
        var received = new McpEvent("cost", "a", """{"_meta":{"traceparent":"x"}}"""u8.ToArray(), DateTimeOffset.UnixEpoch);
        var batch = new BatchDispatched
        {
            Events = EventBuffer.Of(),
            Received = [("a", 1), ("b", 2)],
            Dispatched = 1,
            Filtered = 1,
            Unhandled = 1,
            Duplicates = 0,
            LeftOut = default,
            Comments = 1,
            Bytes = 100,
            LastEventId = "",
        };
        Func<McpEvent, CancellationToken, Task> asynchronous = static (_, _) => Task.CompletedTask;

        Record();
        var before = GC.GetAllocatedBytesForCurrentThread();
        for (var i = 0; i < 100; i++)
            Record();

        (GC.GetAllocatedBytesForCurrentThread() - before).ShouldBe(0);

        void Record()
        {
            metrics.CountReceived(batch.Bytes, batch.Comments, batch.Received);
            metrics.CountRouted(batch.Dispatched, batch.Filtered, batch.Unhandled);
            metrics.CountDrop("overflow", 1);
            metrics.CountFailure("h", fault);
            metrics.CountAttempt("lost", "lost");
            metrics.Waits(TimeSpan.Zero);
            BatchSpan.Start(metrics, handler, 1, Stopwatch.GetTimestamp(), null);
            HandlingSpan.Run(received, "h", static _ => { });
            HandlingSpan.RunAsync(received, "h", asynchronous, default);
        }
    }
}

using Akka.Actor;
using BenchmarkDotNet.Attributes;
using McpSseActors.Actors;
using McpSseActors.Actors.Stats;
using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Micro;

/// <summary>What the statistics cost: by the batch, and by the question.</summary>
public class StatsBenchmarks
{
    private const int Times = 64;

    private static readonly Identify Fence = new(0);

    private ActorSystem _system = null!;
    private IActorRef _stats = null!;
    private IActorRef _asker = null!;
    private BatchDispatched _dispatched = null!;
    private BatchHandled _handled = null!;

    [GlobalSetup]
    public void Start()
    {
        _system = ActorSystem.Create("benchmark", PipelineSettings.Reference);
        _stats = _system.ActorOf(StatsActor.Props(new StreamOptions { Name = "benchmark" }, new PipelineSettings()));
        _asker = _system.ActorOf(Props.Create(() => new Idle()));
        var batch = FanOut.NewBatch(Catalogue.TypeCount);
        _dispatched = new BatchDispatched
        {
            Events = batch.Events,
            Received = [.. Catalogue.Types.Select(type => (type, batch.Events.Count / Catalogue.TypeCount))],
            Dispatched = batch.Events.Count,
            Filtered = 0,
            Unhandled = 0,
            Duplicates = 0,
            LeftOut = default,
            Comments = 0,
            Bytes = batch.Bytes,
            LastEventId = "100600",
        };
        _handled = new BatchHandled(batch.Events.Count, TimeSpan.FromMilliseconds(1));
        _stats.Tell(_dispatched);
    }

    [GlobalCleanup]
    public void Stop() => _system.Terminate().Wait();

    [Benchmark(Description = "a batch of 12 types", OperationsPerInvoke = Times)]
    public Task Batch()
    {
        for (var i = 0; i < Times; i++)
        {
            _dispatched.Events.Retain();
            _stats.Tell(_dispatched);
            _stats.Tell(_handled);
        }

        return _stats.Ask<ActorIdentity>(Fence);
    }

    [Benchmark(Description = "a snapshot of 12 types", OperationsPerInvoke = Times)]
    public Task Snapshot()
    {
        for (var i = 0; i < Times; i++)
            _stats.Tell(new GetStats(), _asker);
        return _stats.Ask<ActorIdentity>(Fence);
    }
}

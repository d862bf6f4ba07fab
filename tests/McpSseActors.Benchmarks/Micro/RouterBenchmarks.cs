using Akka.Actor;
using BenchmarkDotNet.Attributes;
using McpSseActors.Actors;
using McpSseActors.Actors.Connection;
using McpSseActors.Actors.Parser;
using McpSseActors.Actors.Router;
using McpSseActors.Benchmarks.Corpora;
using McpSseActors.Handlers;
using McpSseActors.Sse;

namespace McpSseActors.Benchmarks.Micro;

/// <summary>The router, from the batch to the credit that comes back when all handlers are done with it. The handlers do nothing.</summary>
public class RouterBenchmarks
{
    private ActorSystem _system = null!;
    private EventBatch _batch = null!;
    private CreditCount _credits = null!;
    private IActorRef _toActors = null!;
    private IActorRef _toBatchHandlers = null!;

    /// <summary>What is measured.</summary>
    public static IEnumerable<FanOut> All => FanOut.All;

    /// <summary>How many handlers there are.</summary>
    [ParamsSource(nameof(All))]
    public FanOut FanOut { get; set; } = null!;

    [GlobalSetup]
    public void Start()
    {
        _system = ActorSystem.Create("benchmark", PipelineSettings.Reference);
        _batch = FanOut.NewBatch(FanOut.Types);
        _credits = new CreditCount();
        var connection = _system.ActorOf(Props.Create(() => new Connection(_credits)));
        _toActors = StartRouter(Props.Create(() => new Idle()), connection);
        _toBatchHandlers = StartRouter(Props.Create(() => new IdleBatch()), connection);
    }

    [GlobalCleanup]
    public void Stop() => _system.Terminate().Wait();

    [Benchmark(Baseline = true, Description = "handler actors")]
    public Task ToActors() => DispatchAsync(_toActors);

    [Benchmark(Description = "batch handlers")]
    public Task ToBatchHandlers() => DispatchAsync(_toBatchHandlers);

    private Task DispatchAsync(IActorRef router)
    {
        var handled = _credits.Expect(FanOut.Batches);
        for (var i = 0; i < FanOut.Batches; i++)
            router.Tell(_batch);
        return handled;
    }

    private IActorRef StartRouter(Props handler, IActorRef connection)
    {
        var options = new StreamOptions { Name = "benchmark" };
        var settings = new PipelineSettings();
        var registry = new HandlerRegistry();
        foreach (var pattern in Catalogue.Types.Take(FanOut.Types).Concat(Enumerable.Repeat("*", FanOut.GlobalHandlers)))
        {
            var registration = HandlerRegistration.ForProps(pattern, handler);
            registry.Add(registration with { Name = $"{registration.Name}-{registry.All.Count}" }, _ => false);
        }

        var router = _system.ActorOf(RouterActor.Props(
            options, settings, new RouterMemory(options, settings), registry, _system.ActorOf(Props.Create(() => new Idle())), ActorRefs.Nobody));
        router.Tell(new StreamOpening(1, StreamPosition.Start), connection);
        return router;
    }

    private sealed class Connection(CreditCount credits) : UntypedActor
    {
        protected override void OnReceive(object message)
        {
            if (message is Credit)
                credits.Take();
        }
    }

    private sealed class IdleBatch : BatchHandler
    {
        protected override void Handle(EventBatchView events)
        {
        }
    }

    /// <summary>Counts the credit that comes back.</summary>
    private sealed class CreditCount
    {
        private TaskCompletionSource _all = new();
        private int _missing;

        public Task Expect(int credits)
        {
            _all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
            _missing = credits;
            return _all.Task;
        }

        public void Take()
        {
            if (--_missing == 0)
                _all.SetResult();
        }
    }
}

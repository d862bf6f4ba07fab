using Akka.Actor;
using McpSseActors.Benchmarks.Throughput;
using McpSseActors.Benchmarks.Throughput.Clients;

namespace McpSseActors.Benchmarks.Scale.Clients;

/// <summary>Handles the events of one of many streams, one at a time.</summary>
internal sealed class BusyHandler : ReceiveActor
{
    private ContentHash _hash;
    private Goal.Share? _share;

    public BusyHandler(Goal goal) => Receive<McpEvent>(received =>
    {
        _share ??= goal.ShareOf(received.Stream);
        _hash.Add(received.EventType, received.Utf8Data.Span);
        _share.Tell(in _hash);
    });
}

/// <summary>Handles the events of one of many streams, a batch at a time.</summary>
internal sealed class BusyBatchHandler(Goal goal) : BatchHandler
{
    private ContentHash _hash;
    private Goal.Share? _share;

    protected override void Handle(EventBatchView events)
    {
        foreach (var received in events)
        {
            _share ??= goal.ShareOf(received.ToEvent().Stream);
            _hash.Add(received.EventType, received.Utf8Data);
            _share.Tell(in _hash);
        }
    }
}

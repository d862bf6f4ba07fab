using Akka.Actor;

namespace McpSseActors.Benchmarks.Throughput.Clients;

/// <summary>A handler as most will write it.</summary>
internal sealed class HashingHandler : ReceiveActor
{
    private ContentHash _hash;

    public HashingHandler(Goal.Share share) => Receive<McpEvent>(received =>
    {
        _hash.Add(received.EventType, received.Utf8Data.Span);
        share.Tell(in _hash);
    });
}

/// <summary>A handler that gets a batch at a time.</summary>
internal sealed class HashingBatchHandler(Goal.Share share) : BatchHandler
{
    private ContentHash _hash;

    protected override void Handle(EventBatchView events)
    {
        foreach (var received in events)
        {
            _hash.Add(received.EventType, received.Utf8Data);
            share.Tell(in _hash);
        }
    }
}

/// <summary>A handler that gets a batch of payloads, already decoded.</summary>
internal sealed class HashingPayloadBatchHandler<T>(Goal.Share share, Func<T, ulong> hashOf) : BatchHandler
    where T : notnull
{
    private ContentHash _hash;

    protected override void Handle(EventBatchView events)
    {
        foreach (var received in events)
        {
            if (!received.TryGetPayload<T>(out var payload))
                continue;
            _hash.Add(hashOf(payload));
            share.Tell(in _hash);
        }
    }
}

/// <summary>A handler that gets a payload already decoded.</summary>
internal sealed class HashingPayloadHandler<T> : ReceiveActor
    where T : notnull
{
    private ContentHash _hash;

    public HashingPayloadHandler(Goal.Share share, Func<T, ulong> hashOf) => Receive<McpEvent<T>>(received =>
    {
        _hash.Add(hashOf(received.Payload));
        share.Tell(in _hash);
    });
}

using System.Net.ServerSentEvents;
using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Throughput.Clients;

/// <summary>The framework's parser, and a loop over handlers that each get every event.</summary>
internal sealed class FanOutLoop(int handlers) : IClient
{
    public string Name => "bare";

    public string Title => "SseParser, strings";

    public IReadOnlyList<Seen> Expect(Corpus corpus, long events) => [Expected.Text(corpus, events)];

    public Task<IReading> PrepareAsync(Corpus corpus, long events) => Task.FromResult<IReading>(new HttpReading(LoopAsync));

    private async Task<Seen> LoopAsync(Stream body, CancellationToken cancellation)
    {
        var hashes = new ContentHash[handlers];
        await foreach (var received in SseParser.Create(body).EnumerateAsync(cancellation))
        {
            foreach (ref var hash in hashes.AsSpan())
                hash.Add(received.EventType, received.Data);
        }

        return hashes.Distinct().Single().ToSeen(Expected.Whole);
    }
}

/// <summary>This library with handlers that each get every event.</summary>
internal sealed class FanOutHandlers : IClient
{
    private readonly int _handlers;
    private readonly Func<Goal.Share, HandlerRegistration> _register;

    private FanOutHandlers(string name, string title, int handlers, Func<Goal.Share, HandlerRegistration> register) =>
        (Name, Title, _handlers, _register) = (name, title, handlers, register);

    public string Name { get; }

    public string Title { get; }

    public static FanOutHandlers Actors(int handlers) =>
        new(HandlerActors.Key, "McpSseActors, actors", handlers, share => HandlerRegistration.ForActor<HashingHandler>("*", share));

    public static FanOutHandlers Batches(int handlers) =>
        new(BatchHandlers.Key, "McpSseActors, batches", handlers, share => HandlerRegistration.ForActor<HashingBatchHandler>("*", share));

    public IReadOnlyList<Seen> Expect(Corpus corpus, long events)
    {
        var whole = Expected.Bytes(corpus, events);
        return [.. Parts.Select(part => whole with { Of = part })];
    }

    public Task<IReading> PrepareAsync(Corpus corpus, long events)
    {
        var goal = Goal.Each(Parts, events);
        return HostReading.StartAsync(goal, "sse", mcp =>
        {
            foreach (var share in goal.Shares)
                mcp.AddHandler(_register(share));
        });
    }

    private IEnumerable<string> Parts => Enumerable.Range(0, _handlers).Select(number => $"handler-{number}");
}

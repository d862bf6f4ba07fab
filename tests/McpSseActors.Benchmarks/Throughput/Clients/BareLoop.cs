using System.Net.ServerSentEvents;
using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Throughput.Clients;

/// <summary>The framework's parser, as its documentation shows it. All ratios are to this.</summary>
internal sealed class BareLoop : IClient
{
    public string Name => "bare";

    public string Title => "SseParser, strings";

    public IReadOnlyList<Seen> Expect(Corpus corpus, long events) => [Expected.Text(corpus, events)];

    public Task<IReading> PrepareAsync(Corpus corpus, long events) => Task.FromResult<IReading>(new HttpReading(LoopAsync));

    private static async Task<Seen> LoopAsync(Stream body, CancellationToken cancellation)
    {
        var hash = new ContentHash();
        await foreach (var received in SseParser.Create(body).EnumerateAsync(cancellation))
            hash.Add(received.EventType, received.Data);
        return hash.ToSeen(Expected.Whole);
    }
}

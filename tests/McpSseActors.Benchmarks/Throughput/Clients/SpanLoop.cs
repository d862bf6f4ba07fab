using System.Net.ServerSentEvents;
using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Throughput.Clients;

/// <summary>The framework's parser with a callback that gets the data as bytes and makes nothing of them.</summary>
internal sealed class SpanLoop : IClient
{
    public string Name => "span";

    public string Title => "SseParser, bytes";

    public IReadOnlyList<Seen> Expect(Corpus corpus, long events) => [Expected.Bytes(corpus, events)];

    public Task<IReading> PrepareAsync(Corpus corpus, long events) => Task.FromResult<IReading>(new HttpReading(LoopAsync));

    private static async Task<Seen> LoopAsync(Stream body, CancellationToken cancellation)
    {
        var hash = new ContentHash();
        var parser = SseParser.Create(body, (type, data) =>
        {
            hash.Add(type, data);
            return data.Length;
        });
        await foreach (var _ in parser.EnumerateAsync(cancellation))
        {
        }

        return hash.ToSeen(Expected.Whole);
    }
}

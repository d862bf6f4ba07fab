using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Throughput.Clients;

/// <summary>Reads and throws away: what <see cref="HttpClient"/> and the server leave for everyone else.</summary>
internal sealed class RawRead : IClient
{
    private const int BufferSize = 64 * 1024;
    private const string Bytes = "bytes, not hashed";

    public string Name => "raw";

    public string Title => "HttpClient, no parsing";

    public IReadOnlyList<Seen> Expect(Corpus corpus, long events) => [new Seen(Bytes, events * corpus.EventSize, 0)];

    public Task<IReading> PrepareAsync(Corpus corpus, long events) => Task.FromResult<IReading>(new HttpReading(LoopAsync));

    private static async Task<Seen> LoopAsync(Stream body, CancellationToken cancellation)
    {
        var buffer = new byte[BufferSize];
        var total = 0L;
        int length;
        while ((length = await body.ReadAsync(buffer, cancellation)) > 0)
            total += length;
        return new Seen(Bytes, total, 0);
    }
}

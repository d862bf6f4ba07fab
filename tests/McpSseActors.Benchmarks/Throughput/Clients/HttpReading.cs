namespace McpSseActors.Benchmarks.Throughput.Clients;

/// <summary>What people write by hand: an <see cref="HttpClient"/>, and a loop over the body.</summary>
internal sealed class HttpReading(Func<Stream, CancellationToken, Task<Seen>> loop) : IReading
{
    private readonly HttpClient _http = new();

    public IReadOnlyList<Seen> Seen { get; private set; } = [];

    public async Task ReadAsync(Uri address, CancellationToken cancellation)
    {
        using var response = await _http.GetAsync(address, HttpCompletionOption.ResponseHeadersRead, cancellation);
        await using var body = await response.EnsureSuccessStatusCode().Content.ReadAsStreamAsync(cancellation);
        Seen = [await loop(body, cancellation)];
    }

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return default;
    }
}

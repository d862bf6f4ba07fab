using System.Collections.Concurrent;

namespace McpSseActors.ClusterSample;

/// <summary>Positions that the demo keeps in its memory, so that it needs no database: a store of your own has these three methods.</summary>
/// <param name="url">Where the demo answers.</param>
internal sealed class DemoPositions(Uri url) : IPositionStore
{
    private readonly HttpClient _http = new() { BaseAddress = url };

    public async Task<PositionLease> AcquireAsync(string stream, CancellationToken cancellation) =>
        await AskAsync<PositionLease>($"acquire?stream={stream}", new { }, cancellation);

    public async Task<IReadOnlyCollection<string>> SaveAsync(IReadOnlyCollection<PositionUpdate> updates, CancellationToken cancellation) =>
        await AskAsync<string[]>("save", updates, cancellation);

    // No stream of the demo is removed.
    public Task RemoveAsync(string stream, long token, CancellationToken cancellation) => Task.CompletedTask;

    public ValueTask DisposeAsync()
    {
        _http.Dispose();
        return ValueTask.CompletedTask;
    }

    /// <summary>Lets the demo answer. A save with an older token than that of the last owner is refused: so a node that lost a stream moves nothing.</summary>
    public static void Map(WebApplication app)
    {
        var leases = new ConcurrentDictionary<string, PositionLease>();
        app.MapPost("/positions/acquire", (string stream) =>
            leases.AddOrUpdate(stream, _ => new PositionLease(1, null), (_, last) => last with { Token = last.Token + 1 }));
        app.MapPost("/positions/save", (PositionUpdate[] updates) => updates.Where(update => !TrySave(update)).Select(update => update.Stream));

        bool TrySave(PositionUpdate update) => leases.TryGetValue(update.Stream, out var last)
            && last.Token == update.Token && leases.TryUpdate(update.Stream, last with { Position = update.Position }, last);
    }

    private async Task<T> AskAsync<T>(string path, object body, CancellationToken cancellation)
    {
        using var answer = await _http.PostAsJsonAsync(path, body, cancellation);
        answer.EnsureSuccessStatusCode();
        return (await answer.Content.ReadFromJsonAsync<T>(cancellation))!;
    }
}

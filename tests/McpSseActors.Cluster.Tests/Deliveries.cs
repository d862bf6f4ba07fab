using System.Globalization;

namespace McpSseActors.Cluster.Tests;

/// <summary>What handlers of all nodes got, outside of the nodes.</summary>
internal sealed class Deliveries
{
    private readonly ConcurrentDictionary<string, ConcurrentQueue<int>> _streams = new(StringComparer.Ordinal);

    public void Add(McpEvent received) => _streams.GetOrAdd(received.Stream, _ => new()).Enqueue(int.Parse(received.EventId!, CultureInfo.InvariantCulture));

    /// <summary>Every event of a stream as it was handled, repeats included.</summary>
    public IReadOnlyCollection<int> Of(string stream) => _streams.TryGetValue(stream, out var events) ? [.. events] : [];

    /// <summary>Waits until every stream has had the events up to a number.</summary>
    public Task HaveAsync(IEnumerable<string> streams, int newest) => Eventually.HoldsAsync(() =>
    {
        foreach (var stream in streams)
            Of(stream).Distinct().Count().ShouldBe(newest, stream);
    });
}

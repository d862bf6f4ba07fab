using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Throughput;

/// <summary>A client saw something else than was sent. Its figures are worth nothing.</summary>
internal sealed class WrongContentException(IClient client, Corpus corpus, IReadOnlyList<Seen> expected, IReadOnlyList<Seen> seen)
    : Exception($"{client.Name} ({client.Title}) saw something else of {corpus.Name} than was sent: {Difference(expected, seen)}.")
{
    private static string Difference(IReadOnlyList<Seen> expected, IReadOnlyList<Seen> seen)
    {
        var wrong = expected.First(one => !seen.Contains(one));
        var instead = seen.FirstOrDefault(one => one.Of == wrong.Of);
        return $"expected {wrong}, but it saw {instead?.ToString() ?? "less"}";
    }
}

using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Throughput;

/// <summary>Clients that read the same stream in turns.</summary>
/// <param name="Corpus">What is sent.</param>
/// <param name="Baseline">The client to which all ratios are.</param>
/// <param name="Others">The other clients.</param>
/// <param name="Address">Where so many events are to be had.</param>
internal sealed record Comparison(Corpus Corpus, IClient Baseline, IReadOnlyList<IClient> Others, Func<ServerProcess, long, Uri> Address)
{
    /// <summary>Its name on the command line.</summary>
    public string Name { get; init; } = Corpus.Name;

    /// <summary>What is compared.</summary>
    public string Description { get; init; } = Corpus.Description;

    public IReadOnlyList<IClient> Clients => [Baseline, .. Others];

    /// <summary>Only clients with these names, and the baseline; null where none is left.</summary>
    public Comparison? Only(IReadOnlyCollection<string> names)
    {
        IReadOnlyList<IClient> others = [.. Others.Where(client => names.Contains(client.Name))];
        return others.Count > 0 || names.Contains(Baseline.Name) ? this with { Others = others } : null;
    }

    /// <summary>Where so many events of a plain stream are to be had.</summary>
    public static Func<ServerProcess, long, Uri> EventsOf(Corpus corpus) => (server, events) => server.Address($"/events?corpus={corpus.Name}&events={events}");
}

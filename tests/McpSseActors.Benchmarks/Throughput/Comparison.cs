using McpSseActors.Benchmarks.Client;
using McpSseActors.Benchmarks.Corpora;
using McpSseActors.Benchmarks.Throughput.Clients;

namespace McpSseActors.Benchmarks.Throughput;

/// <summary>Clients that read the same stream in turns.</summary>
/// <param name="Corpus">What is sent.</param>
/// <param name="Baseline">The client to which all ratios are.</param>
/// <param name="Others">The other clients.</param>
/// <param name="Address">Where so many events are to be had.</param>
internal sealed record Comparison(Corpus Corpus, IClient Baseline, IReadOnlyList<IClient> Others, Func<ServerProcess, long, Uri> Address)
{
    public IReadOnlyList<IClient> Clients => [Baseline, .. Others];

    /// <summary>All that can be compared.</summary>
    public static IReadOnlyList<Comparison> All { get; } =
    [
        .. Catalogue.Plain.Select(OfPlainStream),
        OfMcp(Catalogue.McpUpdates, Notification.Update, Notification.Update),
        OfMcp(Catalogue.McpLog, Notification.LogOfSdk, Notification.Log),
        OfMcp(Catalogue.McpRecord, Notification.LogRecord, Notification.LogRecord),
    ];

    /// <summary>Only clients with these names, and the baseline; null where none is left.</summary>
    public Comparison? Only(IReadOnlyCollection<string> names)
    {
        IReadOnlyList<IClient> others = [.. Others.Where(client => names.Contains(client.Name))];
        return others.Count > 0 || names.Contains(Baseline.Name) ? this with { Others = others } : null;
    }

    private static Comparison OfPlainStream(Corpus corpus) => new(
        corpus,
        new BareLoop(),
        [new SpanLoop(), new HandlerActors(), new BatchHandlers(), new RawRead()],
        EventsOf(corpus));

    /// <summary>Where so many events of a plain stream are to be had.</summary>
    public static Func<ServerProcess, long, Uri> EventsOf(Corpus corpus) => (server, events) => server.Address($"/events?corpus={corpus.Name}&events={events}");

    private static Comparison OfMcp<TSdk, T>(Corpus corpus, Notification<TSdk> toSdk, Notification<T> toHandlers)
        where TSdk : notnull
        where T : notnull => new(
        corpus,
        new McpSdk<TSdk>(toSdk),
        [new McpHandlers<T>(toHandlers), new McpBatchHandlers<T>(toHandlers)],
        (server, events) => server.Address($"/mcp?corpus={corpus.Name}&events={events}"));
}

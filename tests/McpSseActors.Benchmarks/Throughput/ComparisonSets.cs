using McpSseActors.Benchmarks.Corpora;
using McpSseActors.Benchmarks.Throughput.Clients;

namespace McpSseActors.Benchmarks.Throughput;

/// <summary>What can be compared, by its name on the command line.</summary>
internal static class ComparisonSets
{
    public const string Streams = "streams";
    public const string Types = "types";
    public const string FanOut = "fanout";
    public const string Logging = "logging";

    public static IReadOnlyDictionary<string, IReadOnlyList<Comparison>> All { get; } = new Dictionary<string, IReadOnlyList<Comparison>>
    {
        [Streams] =
        [
            .. Catalogue.Plain.Select(OfPlainStream),
            OfMcp(Catalogue.McpUpdates, Notification.Update, Notification.Update),
            OfMcp(Catalogue.McpLog, Notification.LogOfSdk, Notification.Log),
            OfMcp(Catalogue.McpRecord, Notification.LogRecord, Notification.LogRecord),
        ],
        [Types] = [.. Catalogue.ByTypes.Select(OfTypes)],
        [FanOut] = [.. new[] { 1, 10, 100 }.Select(OfHandlers)],
        [Logging] =
        [
            OfLogging("logged-actors", isLogged => new HandlerActors(isLogged: isLogged)),
            OfLogging("logged-batch", isLogged => new BatchHandlers(isLogged: isLogged)),
        ],
    };

    /// <summary>All of all sets.</summary>
    public static IEnumerable<Comparison> Each => All.Values.SelectMany(set => set);

    /// <summary>The comparison of this name.</summary>
    public static Comparison Find(string name) => Each.First(comparison => comparison.Name == name);

    private static Comparison OfPlainStream(Corpus corpus) => new(
        corpus,
        new BareLoop(),
        [new SpanLoop(), new HandlerActors(), new BatchHandlers(), new RawRead()],
        Comparison.EventsOf(corpus));

    private static Comparison OfTypes(Corpus corpus) => new(
        corpus,
        new BareLoop(),
        [new HandlerActors(), new DelegateHandler(), new BatchHandlers()],
        Comparison.EventsOf(corpus))
    {
        Name = $"types-{corpus.Templates.Count}",
        Description = $"107 B an event, {corpus.Templates.Count} types; a handler actor for each, and one handler for all",
    };

    private static Comparison OfHandlers(int handlers) => new(
        Catalogue.Small,
        new FanOutLoop(handlers),
        [FanOutHandlers.Actors(handlers), FanOutHandlers.Batches(handlers)],
        Comparison.EventsOf(Catalogue.Small))
    {
        Name = $"fanout-{handlers}",
        Description = $"107 B an event, each for {handlers} handlers of all types",
    };

    private static Comparison OfLogging(string name, Func<bool, IClient> client) => new(
        Catalogue.Small,
        client(false),
        [client(true)],
        Comparison.EventsOf(Catalogue.Small))
    {
        Name = name,
        Description = "107 B an event, with and without enable_event_logging; no logger takes lines of level Info",
    };

    private static Comparison OfMcp<TSdk, T>(Corpus corpus, Notification<TSdk> toSdk, Notification<T> toHandlers)
        where TSdk : notnull
        where T : notnull => new(
        corpus,
        new McpSdk<TSdk>(toSdk),
        [new McpHandlers<T>(toHandlers), new McpBatchHandlers<T>(toHandlers)],
        (server, events) => server.Address($"/mcp?corpus={corpus.Name}&events={events}"));
}

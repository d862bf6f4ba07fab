using McpSseActors.Benchmarks.Corpora;

namespace McpSseActors.Benchmarks.Throughput;

/// <summary>One way to read an event stream.</summary>
internal interface IClient
{
    /// <summary>Its name on the command line.</summary>
    string Name { get; }

    /// <summary>What it is.</summary>
    string Title { get; }

    /// <summary>What it must have seen of so many events.</summary>
    IReadOnlyList<Seen> Expect(Corpus corpus, long events);

    /// <summary>Makes a new one, all but the connection. Is not measured.</summary>
    Task<IReading> PrepareAsync(Corpus corpus, long events);
}

/// <summary>The reading of one stream.</summary>
internal interface IReading : IAsyncDisposable
{
    /// <summary>Connects, and ends when all events are handled. Is measured.</summary>
    Task ReadAsync(Uri address, CancellationToken cancellation);

    /// <summary>What was seen until now.</summary>
    IReadOnlyList<Seen> Seen { get; }
}

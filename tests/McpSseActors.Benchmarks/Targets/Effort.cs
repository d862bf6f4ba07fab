using McpSseActors.Benchmarks.Corpora;
using McpSseActors.Benchmarks.Scale.Runs;

namespace McpSseActors.Benchmarks.Targets;

/// <summary>How much is measured.</summary>
/// <param name="Rounds">Of the throughput.</param>
/// <param name="Seconds">How long each client reads in a round.</param>
/// <param name="ScaleRuns">What is measured with clients in separate processes.</param>
internal sealed record Effort(int Rounds, double Seconds, IReadOnlyList<IScaleRun> ScaleRuns)
{
    private const int Rate = 10_000;
    private const int IdleStreams = 1000;

    public static Effort Full { get; } = new(5, 0.7,
    [
        new MemoryRun([Catalogue.Small, Catalogue.Large], withNaiveLoop: false),
        new LatencyRun(rounds: 5, Rate, seconds: 6),
        new ReconnectRun(rounds: 5, reconnects: 1500),
        new IdleRun([IdleStreams], seconds: 13, rounds: 5),
    ]);

    public static Effort Quick { get; } = new(3, 0.5,
    [
        new MemoryRun([Catalogue.Small], withNaiveLoop: false),
        new LatencyRun(rounds: 2, Rate, seconds: 2),
        new ReconnectRun(rounds: 2, reconnects: 100),
        new IdleRun([IdleStreams], seconds: 1),
    ]);
}

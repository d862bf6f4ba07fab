using McpSseActors.Benchmarks.Corpora;
using McpSseActors.Benchmarks.Scale.Runs;

namespace McpSseActors.Benchmarks.Targets;

/// <summary>How much is measured.</summary>
/// <param name="Rounds">Of the throughput.</param>
/// <param name="Seconds">How long each client reads in a round.</param>
/// <param name="Starts">How often each program is started.</param>
/// <param name="ScaleRuns">What is measured with clients in separate processes.</param>
internal sealed record Effort(int Rounds, double Seconds, int Starts, IReadOnlyList<IScaleRun> ScaleRuns)
{
    private const int Rate = 10_000;
    private const int IdleStreams = 1000;
    private const int ManyStreams = 1000;
    private const int StreamRate = 10;

    public static Effort Full { get; } = new(5, 0.7, Starts: 11,
    [
        new MemoryRun([Catalogue.Small, Catalogue.Large], withNaiveLoop: false),
        new LatencyRun(rounds: 5, Rate, seconds: 6),
        new ReconnectRun(rounds: 5, reconnects: 1500),
        new IdleRun([IdleStreams], seconds: 13, rounds: 5, withBareLoops: false),
        new ManyRun(rounds: 3, ManyStreams, StreamRate, seconds: 95, withBareLoops: false),
    ]);

    public static Effort Quick { get; } = new(3, 0.5, Starts: 3,
    [
        new MemoryRun([Catalogue.Small], withNaiveLoop: false),
        new LatencyRun(rounds: 2, Rate, seconds: 2),
        new ReconnectRun(rounds: 2, reconnects: 100),
        new IdleRun([IdleStreams], seconds: 1, withBareLoops: false),
        new ManyRun(rounds: 1, ManyStreams, StreamRate, seconds: 5, withBareLoops: false),
    ]);
}

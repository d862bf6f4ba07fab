using System.Globalization;
using Akka.Actor;
using Akka.Configuration;
using McpSseActors.Actors.Positions;
using McpSseActors.Benchmarks.Reporting;
using McpSseActors.Benchmarks.Scale.Support;
using McpSseActors.Hosting;
using McpSseActors.Sse;

namespace McpSseActors.Benchmarks.Delivery;

/// <summary>The processor time of saving so many positions a second, evenly, of as many streams as it takes.</summary>
/// <param name="seconds">How long a store saves in a round.</param>
/// <param name="rounds">How often.</param>
internal sealed class SavingCost(double seconds, int rounds)
{
    private const int PerSecond = 1000;
    private const int Streams = 250;
    private const string Nowhere = "nowhere";

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10);

    private static readonly Dictionary<string, (double Must, double Aim)> Limits = new()
    {
        [BenchmarkStore.File] = (20, 14),
        [BenchmarkStore.Sqlite] = (45, 33),
        [BenchmarkStore.PostgreSql] = (160, 140),
    };

    public async Task<IReadOnlyList<Target>> MeasureAsync(CancellationToken ending)
    {
        var turns = new Turns<string, double>([Nowhere, .. BenchmarkStore.Kinds]);
        await MeasureAsync(BenchmarkStore.File, ending);
        await turns.TakeAsync($"{PerSecond} positions a second, ms of processor time", rounds, kind => MeasureAsync(kind, ending));
        return [.. BenchmarkStore.Kinds.Select(kind => new Target(
            $"CPU of {PerSecond} positions a second, {kind}",
            turns.Of(kind, Nowhere, (own, none) => own - none),
            Limits[kind].Must,
            Limits[kind].Aim,
            value => $"{Numbers.Text(value)} ms/s"))];
    }

    // Nowhere: the positions go to an actor that drops them.
    private async Task<double> MeasureAsync(string kind, CancellationToken ending)
    {
        await using var place = await BenchmarkStore.CreateAsync(kind);
        using var system = ActorSystem.Create("saving", ConfigurationFactory.ParseString($"akka.loglevel = OFF\nakka.stdout-loglevel = OFF\n{RuntimeScheduler.DefaultHocon}"));
        await using var store = place.Open();
        var saver = kind == Nowhere
            ? system.ActorOf(Props.Create(() => new Sink()))
            : system.ActorOf(Props.Create(() => new PositionStoreActor(store, Limit)));
        var stream = system.ActorOf(Props.Create(() => new Sink()));
        var tokens = new long[Streams];
        for (var i = 0; i < Streams; i++)
            tokens[i] = (await store.AcquireAsync(Name(i), ending)).Token;

        var of = StreamIdentity.Of(new StreamOptions { ServerUrl = "https://example.com/events" });
        using var timer = new PeriodicTimer(TimeSpan.FromMilliseconds(5));
        var start = System.Diagnostics.Stopwatch.GetTimestamp();
        var processor = Environment.CpuUsage.TotalTime;
        for (var n = 0; n < seconds * PerSecond;)
        {
            await timer.WaitForNextTickAsync(ending);
            for (var due = System.Diagnostics.Stopwatch.GetElapsedTime(start).TotalSeconds * PerSecond; n < due; n++)
            {
                var position = new PositionHandled(new StreamPosition(n.ToString(CultureInfo.InvariantCulture)) { Of = of }, Ahead: 0, n);
                saver.Tell(new SavePosition(Name(n % Streams), tokens[n % Streams], position), stream);
            }
        }

        var used = Environment.CpuUsage.TotalTime - processor;
        var took = System.Diagnostics.Stopwatch.GetElapsedTime(start);
        await saver.GracefulStop(Limit);
        await system.Terminate();
        return used.TotalMilliseconds / took.TotalSeconds;
    }

    private static string Name(int stream) => string.Create(CultureInfo.InvariantCulture, $"stream-{stream}");

    private sealed class Sink : UntypedActor
    {
        protected override void OnReceive(object message)
        {
        }
    }
}

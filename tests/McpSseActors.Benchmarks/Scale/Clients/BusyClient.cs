using System.Diagnostics;
using System.Net.ServerSentEvents;
using McpSseActors.Benchmarks.Corpora;
using McpSseActors.Benchmarks.Throughput;
using McpSseActors.Benchmarks.Throughput.Clients;
using McpSseActors.Hosting;
using Microsoft.Extensions.DependencyInjection;

namespace McpSseActors.Benchmarks.Scale.Clients;

/// <summary>What a client does that reads streams at full speed, all at once.</summary>
/// <param name="Url">The events of a corpus; each stream reads another part of them.</param>
/// <param name="Corpus">The name of the corpus.</param>
/// <param name="Kind">Which client.</param>
/// <param name="Streams">How many streams.</param>
/// <param name="Events">How many events each of them has.</param>
internal sealed record BusySettings(string Url, string Corpus, ClientKind Kind, int Streams, long Events);

/// <summary>What came of it.</summary>
/// <param name="EventsPerSecond">Of all streams together, from the connecting to the handling of the last.</param>
/// <param name="Cores">How many cores the client kept busy.</param>
/// <param name="Wrong">The streams of which its handlers saw something else than was sent.</param>
internal sealed record BusyResult(double EventsPerSecond, double Cores, string[] Wrong);

/// <summary>Reads all streams again and again until it becomes no faster; the last time counts.</summary>
internal static class BusyClient
{
    private const int MostTimes = 12;
    private const int SteadyTimes = 3;
    private const double Growing = 1.1;

    public static async Task RunAsync(BusySettings settings, Parent parent)
    {
        Parent.Tell(await MeasureWarmAsync(settings));
        await parent.Gone;
    }

    // Code becomes faster while it runs; with one core, which the compiler shares, that takes many seconds.
    private static async Task<BusyResult> MeasureWarmAsync(BusySettings settings)
    {
        var result = await MeasureAsync(settings);
        for (var (times, steady) = (1, 0); times < MostTimes && steady < SteadyTimes; times++)
        {
            var before = result.EventsPerSecond;
            result = await MeasureAsync(settings);
            steady = result.EventsPerSecond > before * Growing ? 0 : steady + 1;
        }

        return result;
    }

    private static async Task<BusyResult> MeasureAsync(BusySettings settings)
    {
        BusyStream[] streams = [.. Enumerable.Range(0, settings.Streams).Select(number => new BusyStream(settings, number))];
        var goal = Goal.Each(streams.Select(stream => stream.Name), settings.Events);
        return settings.Kind is ClientKind.Bare
            ? await MeasureAsync(settings, streams, goal, () =>
                Task.WhenAll(streams.Zip(goal.Shares, (stream, share) => Task.Run(() => LoopAsync(stream, share)))))
            : await MeasureLibraryAsync(settings, streams, goal);
    }

    private static async Task<BusyResult> MeasureLibraryAsync(BusySettings settings, BusyStream[] streams, Goal goal)
    {
        using var host = LibraryHost.Build(mcp => mcp.AddHandler(settings.Kind is ClientKind.Batch
            ? HandlerRegistration.ForActor<BusyBatchHandler>("*", goal)
            : HandlerRegistration.ForActor<BusyHandler>("*", goal)));
        await host.StartAsync();
        var client = host.Services.GetRequiredService<IMcpSseClient>();
        var result = await MeasureAsync(settings, streams, goal, () => Task.WhenAll(streams.Select(stream => client.AddStreamAsync(stream.Options))));
        await host.StopAsync();
        return result;
    }

    private static async Task<BusyResult> MeasureAsync(BusySettings settings, BusyStream[] streams, Goal goal, Func<Task> start)
    {
        var processor = Environment.CpuUsage.TotalTime;
        var begin = Stopwatch.GetTimestamp();
        await start();
        await goal.Reached;
        var time = Stopwatch.GetElapsedTime(begin);
        processor = Environment.CpuUsage.TotalTime - processor;
        var wrong = streams.Zip(goal.Seen).Where(pair => pair.First.Expected != pair.Second).Select(pair => pair.First.Name);
        return new BusyResult(settings.Streams * settings.Events / time.TotalSeconds, processor / time, [.. wrong]);
    }

    private static async Task LoopAsync(BusyStream stream, Goal.Share share)
    {
        using var client = new HttpClient();
        await using var body = await client.GetStreamAsync(stream.Url);
        var hash = new ContentHash();
        await foreach (var received in SseParser.Create(body).EnumerateAsync())
        {
            hash.Add(received.EventType, received.Data);
            share.Tell(in hash);
        }
    }

    /// <summary>One of the streams: the part of the corpus that its number says.</summary>
    private sealed class BusyStream(BusySettings settings, int number)
    {
        private readonly long _first = number * settings.Events;
        private readonly long _end = (number + 1) * settings.Events;

        public string Name => $"stream-{number}";

        public string Url => FormattableString.Invariant($"{settings.Url}&first={_first}&events={_end}");

        public StreamOptions Options => LibraryHost.Quick(new StreamOptions { Name = Name, ServerUrl = Url, Enabled = true }) with { EnableReconnect = false };

        public Seen Expected => settings.Kind is ClientKind.Bare
            ? Throughput.Expected.Text(Catalogue.Find(settings.Corpus)!, _first, _end, Name)
            : Throughput.Expected.Bytes(Catalogue.Find(settings.Corpus)!, _first, _end, Name);
    }
}

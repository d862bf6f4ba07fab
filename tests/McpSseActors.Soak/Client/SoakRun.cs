using System.Diagnostics;
using Akka.Actor;
using McpSseActors.Soak.Support;
using McpSseActors.TestServer.Faults;

namespace McpSseActors.Soak.Client;

/// <summary>Runs a client against a server in another process for a while, and judges in the end.</summary>
internal sealed class SoakRun(FaultServerSettings settings, TimeSpan duration)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);
    private static readonly TimeSpan LongestInterval = TimeSpan.FromSeconds(10);

    private readonly List<Sample> _samples = [];
    private readonly long _start = Stopwatch.GetTimestamp();
    private StreamStats _stats = new() { Stream = "" };
    private Ledger _ledger = null!;
    private string[] _mishaps = [];

    // Short runs are sampled more often, so that there is something to compare.
    private TimeSpan Interval => duration / 24 < LongestInterval ? duration / 24 : LongestInterval;

    public async Task<SoakResult> RunAsync(CancellationToken ending)
    {
        using var mishaps = new Mishaps();
        await using var server = await ServerProcess.StartAsync(settings);
        _ledger = new Ledger(new EndlessEvents(settings.Seed), server.Count);
        var folder = Directory.CreateTempSubdirectory("soak-");
        try
        {
            var positions = Path.Combine(folder.FullName, "positions");
            await using (var client = await ClientHost.StartAsync(server.Status.Port, _ledger, positions, mishaps))
                await RunAsync(server, client, mishaps, ending);
            return new SoakResult(settings, _samples, server.Status, server.Handled, await StoredAsync(positions), _stats, _ledger, _mishaps);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static async Task<string> StoredAsync(string positions)
    {
        await using var store = PositionStores.OpenFile(positions);
        return (await store.AcquireAsync(ClientHost.Stream, CancellationToken.None)).Position?.Value ?? "";
    }

    private async Task RunAsync(ServerProcess server, ClientHost client, Mishaps mishaps, CancellationToken ending)
    {
        await GoOnAsync(server, client, mishaps, ending);
        await server.FinishAsync();
        Console.WriteLine("catching up with the server");
        await WaitUntilAsync(() => IsCaughtUp(server) || mishaps.HasGivenUp.IsCompleted);
        // The statistics hear of the last events a moment after their handlers.
        await WaitUntilAsync(async () => await AskAsync(client, mishaps) && _stats.InFlight == 0 && _stats.Dispatched >= _ledger.Handled);
        await WaitUntilAsync(() => server.Handled.Last >= _ledger.Last);
        await SampleAsync(server, client, mishaps);
        // The end of the host is none.
        _mishaps = mishaps.First;
    }

    private async Task GoOnAsync(ServerProcess server, ClientHost client, Mishaps mishaps, CancellationToken ending)
    {
        using var timer = new PeriodicTimer(Interval);
        try
        {
            while (Stopwatch.GetElapsedTime(_start) < duration && !mishaps.HasGivenUp.IsCompleted)
            {
                await timer.WaitForNextTickAsync(ending);
                await SampleAsync(server, client, mishaps);
            }
        }
        catch (OperationCanceledException)
        {
            Console.WriteLine("ending early");
        }
    }

    private async Task SampleAsync(ServerProcess server, ClientHost client, Mishaps mishaps)
    {
        await AskAsync(client, mishaps);
        var status = server.Status;
        var sample = new Sample(
            Stopwatch.GetElapsedTime(_start),
            Footprint.Take(),
            client.Actors,
            _ledger.Handled,
            status.Produced,
            status.Faults.Values.Sum(),
            _stats.TotalReconnectAttempts,
            _stats.Dropped.GetValueOrDefault("duplicate"),
            mishaps.Count);
        _samples.Add(sample);
        Console.WriteLine(sample.ToString());
    }

    private bool IsCaughtUp(ServerProcess server) => server.Status.IsOver && _ledger.Last >= server.Status.Produced;

    private async Task<bool> AskAsync(ClientHost client, Mishaps mishaps)
    {
        try
        {
            _stats = await client.GetStatsAsync();
            return true;
        }
        catch (AskTimeoutException silent)
        {
            mishaps.Add($"the client gave no statistics: {silent.Message}");
            return false;
        }
    }

    private static Task WaitUntilAsync(Func<bool> holds) => WaitUntilAsync(() => Task.FromResult(holds()));

    private static async Task WaitUntilAsync(Func<Task<bool>> holds)
    {
        var start = Stopwatch.GetTimestamp();
        while (!await holds() && Stopwatch.GetElapsedTime(start) < Patience)
            await Task.Delay(100);
    }
}

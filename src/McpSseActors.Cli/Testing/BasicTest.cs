using McpSseActors.TestServer.Demo;

namespace McpSseActors.Cli.Testing;

/// <summary>Connects, receives, and compares.</summary>
internal static class BasicTest
{
    public static async Task<int> RunAsync(CommandContext context, TestSettings settings)
    {
        await using var bench = await TestBench.StartAsync(context, settings, new DemoServerOptions
        {
            Events = settings.Events,
            ReplayBuffer = settings.Events,
            Rate = 100,
            ReplayToNewClients = true,
            WaitForClient = true,
            Time = context.Environment.Time,
        }).ConfigureAwait(false);

        if (await ConnectAsync(bench).ConfigureAwait(false))
            await ReceiveAsync(bench, settings.Events).ConfigureAwait(false);
        return await bench.FinishAsync("test").ConfigureAwait(false);
    }

    /// <summary>Checks that a connection comes about.</summary>
    public static async Task<bool> ConnectAsync(TestBench bench) => await bench.WaitAsync(bench.Host.Watch.ConnectedAsync(1)).ConfigureAwait(false)
        ? bench.Check("connected", true, $"in {bench.Host.Watch.ConnectionTime?.TotalSeconds:0.00} s")
        : bench.Check("connected", false, $"{bench.Trouble()}");

    /// <summary>Checks that events arrive; with the embedded server, each exactly once.</summary>
    public static async Task ReceiveAsync(TestBench bench, int events)
    {
        var before = bench.Elapsed;
        var came = await bench.WaitAsync(bench.Tally.ReachAsync(events)).ConfigureAwait(false);
        var took = bench.Elapsed - before;
        bench.ReceivingTime += took;
        bench.Check("events received", came, came
            ? $"{bench.Tally.Handled} of {bench.Tally.ByType().Count} types in {took.TotalSeconds:0.00} s"
            : (FormattableString)$"{bench.Tally.Handled} of {events}; {bench.Trouble()}");
        if (bench.Server is { } server)
        {
            var same = server.ProducedByType.OrderBy(entry => entry.Key, StringComparer.Ordinal).SequenceEqual(bench.Tally.ByType());
            bench.Check("each exactly once", same && bench.Tally is { Missing: 0, Repeated: 0 }, $"{server.Produced} sent, {bench.Tally.Missing} missing, {bench.Tally.Repeated} repeated");
        }
    }
}

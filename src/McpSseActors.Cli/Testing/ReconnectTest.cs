using McpSseActors.Cli.Output;
using McpSseActors.TestServer.Demo;
using McpSseActors.TestServer.Web;

namespace McpSseActors.Cli.Testing;

/// <summary>
/// Loses the connection and gets it back. The embedded server cuts it, in the middle of an event too, and to refuse for a while; with a
/// server of others the client drops it on purpose.
/// </summary>
internal static class ReconnectTest
{
    public static readonly TimeSpan InitialDelay = TimeSpan.FromSeconds(0.2);
    public static readonly TimeSpan MaxDelay = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Retry = TimeSpan.FromSeconds(0.1);

    public static async Task<int> RunAsync(CommandContext context, TestSettings settings)
    {
        var fifth = Math.Max(1, settings.Events / 5);
        await using var bench = await TestBench.StartAsync(context, settings, new DemoServerOptions
        {
            Events = settings.Events,
            ReplayBuffer = settings.Events,
            Rate = 100,
            Drops = DropPlan.Sequence(new Drop(fifth, MidEvent: true, ThenRefuse: 2), new Drop(fifth), new Drop(fifth, MidEvent: true)),
            Retry = Retry,
            ReplayToNewClients = true,
            WaitForClient = true,
            Time = context.Environment.Time,
        }).ConfigureAwait(false);

        if (await BasicTest.ConnectAsync(bench).ConfigureAwait(false))
            await (bench.Server is null ? RestartAsync(bench, settings.Events) : ComeBackAsync(bench, bench.Server, settings.Events)).ConfigureAwait(false);
        return await bench.FinishAsync("test reconnect").ConfigureAwait(false);
    }

    private static async Task ComeBackAsync(TestBench bench, DemoServer server, int events)
    {
        await BasicTest.ReceiveAsync(bench, events).ConfigureAwait(false);
        // An event may be handled before the state that it came in is told.
        await bench.WaitAsync(bench.Host.Watch.ConnectedAsync(server.Connections)).ConfigureAwait(false);
        bench.Check("connection lost and opened again", server is { Aborts: 3, Connections: 4 }, $"cut {server.Aborts} times, {server.Connections} connections");
        var resumed = bench.Activities.Count(activity => activity.Kind == ServerActivityKind.Resumed);
        bench.Check("resumed by Last-Event-ID", resumed == server.Connections - 1, $"{resumed} of {server.Connections - 1} times");
        var refused = bench.Activities.Count(activity => activity.Kind == ServerActivityKind.Refused);
        bench.Check("kept trying while refused", refused == 2, $"{refused} of 2 refusals met");
        var delays = bench.Host.Watch.Delays;
        CheckWaysBack(bench);
        bench.Check("delays within bounds", delays.Length > 0 && delays.All(IsWithinBounds), $"{Seconds(delays.Select(TimeSpan.FromSeconds))}; from {Seconds([Retry])} to {Seconds([MaxDelay])} are allowed");
    }

    private static async Task RestartAsync(TestBench bench, int events)
    {
        var dropped = bench.Elapsed;
        var stream = bench.Host.Watch.Last!.Stream;
        await bench.Host.Client.RestartAsync(stream).ConfigureAwait(false);
        var back = await bench.WaitAsync(bench.Host.Watch.ConnectedAsync(2)).ConfigureAwait(false);
        bench.Check("connected again", back, back ? $"{(bench.Elapsed - dropped).TotalSeconds:0.00} s after it was dropped" : (FormattableString)$"{bench.Trouble()}");
        if (back)
            await BasicTest.ReceiveAsync(bench, (int)bench.Tally.Handled + events).ConfigureAwait(false);
        CheckWaysBack(bench);
    }

    // What the settings promise is what was announced before each attempt.
    private static void CheckWaysBack(TestBench bench)
    {
        var number = 0;
        foreach (var back in bench.Reconnects.All)
        {
            var waits = back.Promised.Count == 0 ? "at once" : $"waited {Seconds(back.Waited)}, promised {Seconds(back.Promised)}";
            bench.Check($"reconnect {++number}", back is { BackAfter: not null, IsAsPromised: true },
                $"connected {Seconds([back.BackAfter])} after the cut, first event after {Seconds([back.EventAfter])}; {waits}");
        }
    }

    private static string Seconds(IEnumerable<TimeSpan> spans) => Seconds(spans.Select(span => (TimeSpan?)span));

    private static string Seconds(IEnumerable<TimeSpan?> spans) => string.Join(", ", spans.Select(span => span is { } known ? Words.Seconds(known) : "never"));

    // Half a tick of tolerance: the announced delay is rounded to milliseconds.
    private static bool IsWithinBounds(double delay) => delay >= Retry.TotalSeconds - 0.001 && delay <= MaxDelay.TotalSeconds + 0.001;
}

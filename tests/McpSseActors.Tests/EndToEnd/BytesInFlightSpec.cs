using System.Diagnostics;
using McpSseActors.Tests.Mcp;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>What is in flight to handlers is bounded in bytes, however large the events are.</summary>
public sealed class BytesInFlightSpec : IDisposable
{
    private const int Large = 256 * 1024;
    private const string Pipeline = "mcp-sse.pipeline { chunks-in-flight = 8, chunk-size = 4KiB }";

    private readonly SemaphoreSlim _mayHandle = new(0);
    private readonly ReceivedEvents _events = new();

    public void Dispose() => _mayHandle.Dispose();

    [Theory]
    [InlineData(Large, 1, 1)]
    [InlineData(12 * 1024, 3, 5)]
    public async Task Should_hold_large_events_back_when_a_handler_stands_still(int size, int fewest, int most)
    {
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            for (var number = 1; number <= 20; number++)
                await exchange.WriteAsync($"id: {number}\ndata: {new string('x', size)}\n\n");
            await exchange.StayAsync();
        });
        await using var host = await StartAsync(server.Url.ToString(), StreamTransport.Sse);

        (await InFlightAtRestAsync(host, fewest)).ShouldBeInRange(fewest, most);
        _mayHandle.Release();
        await _events.NextAsync();
        (await InFlightAtRestAsync(host, fewest)).ShouldBeInRange(fewest, most);
        _mayHandle.Release(19);
        (await _events.TextsAsync(19)).ShouldAllBe(text => text.Length == size);
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).InFlight.ShouldBe(0));
    }

    [Fact]
    public async Task Should_hold_large_notifications_back_when_a_handler_stands_still()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using var host = await StartAsync(server.Url, StreamTransport.StreamableHttp);
        await server.StreamAsync(1);
        var sending = Task.Run(async () =>
        {
            for (var number = 1; number <= 20; number++)
                await server.NotifyAsync("notifications/x", $$"""{"text":"{{new string('x', Large)}}"}""");
        });

        (await InFlightAtRestAsync(host)).ShouldBe(1);
        _mayHandle.Release(20);
        (await _events.TextsAsync(20)).ShouldAllBe(text => text.Length > Large);
        await Within.LimitAsync(sending);
    }

    [Fact]
    public async Task Should_have_all_of_its_credit_when_large_events_were_in_flight_at_a_reconnect()
    {
        var blocks = Enumerable.Range(1, 3).Select(number => $"id: {number}\ndata: {new string('x', Large)}\n\n");
        await using var server = new ScriptedServer(
            async exchange =>
            {
                await exchange.OpenAsync();
                await exchange.WriteAsync(blocks.First());
                await exchange.StayAsync();
            },
            async exchange =>
            {
                await exchange.OpenAsync();
                foreach (var block in blocks.Skip(1))
                    await exchange.WriteAsync(block);
                for (var number = 4; number <= 100; number++)
                    await exchange.WriteAsync($"id: {number}\ndata: {new string('y', 3000)}\n\n");
                await exchange.StayAsync();
            });
        await using var host = await StartAsync(server.Url.ToString(), StreamTransport.Sse);
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).InFlight.ShouldBe(1));

        await host.Client.RestartAsync();

        (await InFlightAtRestAsync(host)).ShouldBe(1, "the large event of the first connection takes all credit of the second");
        // The fourth may have come in one chunk with the end of the third.
        _mayHandle.Release(4);
        await _events.TextsAsync(4);
        (await InFlightAtRestAsync(host, 8)).ShouldBeInRange(8, 16, "the credit is whole again");
        _mayHandle.Release(96);
        await _events.TextsAsync(96);
    }

    private Task<McpSseHost> StartAsync(string url, StreamTransport transport) => McpSseHost.StartAsync(
        mcp => mcp
            .AddStream(url, o => Streams.Quick(o) with { Transport = transport })
            .AddHandler("*", async (McpEvent received, CancellationToken stopped) =>
            {
                await _mayHandle.WaitAsync(stopped);
                _events.Collect(received);
            }),
        Pipeline);

    // The number of events in flight when there are so many, and nothing has been received for a while.
    private static async Task<long> InFlightAtRestAsync(McpSseHost host, int fewest = 1)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var last = new StreamStats { Stream = "" };
        for (var since = Stopwatch.GetTimestamp(); last.InFlight < fewest || Stopwatch.GetElapsedTime(since) < TimeSpan.FromSeconds(0.5); await pace.WaitForNextTickAsync())
        {
            var now = await host.Client.GetStatsAsync();
            if (now.BytesReceived != last.BytesReceived || now.InFlight != last.InFlight)
                (last, since) = (now, Stopwatch.GetTimestamp());
        }

        return last.InFlight;
    }
}

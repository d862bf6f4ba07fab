using System.Diagnostics;
using System.Globalization;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>A handler that blocks slows the server down, and nothing is lost.</summary>
public sealed class BackPressureSpec
{
    private readonly ReceivedEvents _events = new();
    private readonly TaskCompletionSource _release = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private long _accepted;

    [Fact]
    public async Task Should_stop_reading_and_lose_nothing_when_a_handler_stands_still()
    {
        var sent = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        var readTimeout = TimeSpan.FromSeconds(0.5);
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            var number = 0;
            while (!_release.Task.IsCompleted)
            {
                var block = Encoding.ASCII.GetBytes($"id: {number}\ndata: {number} {new string('x', 1000)}\n\n");
                await exchange.WriteAsync(block);
                number++;
                Interlocked.Add(ref _accepted, block.Length);
            }

            sent.SetResult(number);
            await KeepAwakeAsync(exchange);
        });
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { ReadTimeout = readTimeout })
            .AddHandler("*", async (McpEvent received, CancellationToken _) =>
            {
                await _release.Task;
                _events.Collect(received);
            }));

        await host.States.UntilAsync(ConnectionState.Connected);
        await StandsStillAsync(() => Interlocked.Read(ref _accepted), TimeSpan.FromSeconds(2));
        Interlocked.Read(ref _accepted).ShouldBeInRange(1, 16 * 1024 * 1024);
        var stats = await host.Client.GetStatsAsync();
        stats.IsConnected.ShouldBeTrue();
        stats.BytesReceived.ShouldBeLessThanOrEqualTo(8 * 128 * 1024);
        stats.InFlight.ShouldBeGreaterThan(0);
        (await host.Client.GetRecentEventsAsync(1)).ShouldHaveSingleItem();
        server.Connections.ShouldBe(1);

        _release.SetResult();
        var count = await Within.LimitAsync(sent.Task);
        for (var number = 0; number < count; number++)
            (await _events.NextAsync()).EventId.ShouldBe(number.ToString(CultureInfo.InvariantCulture));
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).InFlight.ShouldBe(0));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    public async Task Should_have_all_of_its_credit_and_no_more_when_it_was_restarted_with_a_slow_handler(int credit)
    {
        const int Restarts = 40;
        const int EventsInChunk = (256 / 13) + 1;
        var feed = new SemaphoreSlim(0);
        var gate = new Gate();
        var noisy = Enumerable.Repeat<Func<Exchange, Task>>(MakeNoiseAsync, Restarts);
        await using var server = new ScriptedServer([.. noisy, async exchange =>
        {
            await exchange.OpenAsync();
            while (true)
            {
                await feed.WaitAsync(exchange.Stopped);
                await exchange.WriteAsync("event: counted\ndata: x\n\n");
            }
        }]);
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp
                .AddStream(server.Url.ToString(), Streams.Quick)
                .AddHandler("*", (McpEvent _, CancellationToken _) => gate.PassAsync()),
            $"mcp-sse.pipeline {{ chunks-in-flight = {credit}, chunk-size = 256B }}");

        for (var i = 0; i < Restarts; i++)
        {
            await host.States.UntilAsync(ConnectionState.Connected);
            if (i % 10 == 5)
            {
                gate.Open();
                gate.Close();
            }

            (await host.Client.GetStatsAsync()).InFlight.ShouldBeLessThanOrEqualTo(credit * EventsInChunk);
            await host.Client.RestartAsync();
        }

        await host.States.UntilAsync(ConnectionState.Connected);
        gate.Open();
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).InFlight.ShouldBe(0));
        gate.Close();

        // The handler blocks again: as many chunks are read as there is credit, and not one more.
        for (var chunk = 1; chunk <= credit; chunk++)
        {
            feed.Release();
            await Eventually.HoldsAsync(async () => (await CountedAsync(host)).ShouldBe(chunk));
        }

        feed.Release();
        await StandsStillAsync(() => CountedAsync(host).GetAwaiter().GetResult(), TimeSpan.FromSeconds(0.5));
        (await CountedAsync(host)).ShouldBe(credit);
        gate.Open();
        await Eventually.HoldsAsync(async () => (await CountedAsync(host)).ShouldBe(credit + 1));
    }

    [Fact]
    public async Task Should_hand_over_what_was_sent_when_the_server_ends_while_a_handler_stands_still()
    {
        await using var server = new ScriptedServer(
            Script.SendsAndEnds(string.Concat(Enumerable.Range(1, 1000).Select(n => $"id: {n}\ndata: {n}\n\n"))),
            StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(
            mcp => mcp
                .AddStream(server.Url.ToString(), Streams.Quick)
                .AddHandler("*", async (McpEvent received, CancellationToken _) =>
                {
                    await _release.Task;
                    _events.Collect(received);
                }),
            "mcp-sse.pipeline { chunks-in-flight = 2, chunk-size = 256B }");
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).BytesReceived.ShouldBeGreaterThan(300));
        _release.SetResult();
        (await _events.TextsAsync(1000)).ShouldBe(Enumerable.Range(1, 1000).Select(n => n.ToString(CultureInfo.InvariantCulture)));
    }

    [Fact]
    public async Task Should_read_longer_within_a_bound_and_lose_nothing_when_events_spread_over_many_handlers()
    {
        const int Types = 100;
        const int EventsInChunk = 16 * 1024 / 160;
        const int Block = 100 * Types;
        var padding = new string('x', 133);
        var gate = new Gate();
        var sent = new TaskCompletionSource<int>(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            var number = 0;
            for (; !_release.Task.IsCompleted; number += Block)
                await exchange.WriteAsync(string.Concat(Enumerable.Range(number, Block).Select(n => $"event: t{n % Types:00}\ndata: {n:00000000}{padding}\n\n")));
            sent.SetResult(number);
            await exchange.StayAsync();
        });
        var received = new int[Types];
        var wrong = 0;
        await using var host = await McpSseHost.StartAsync(
            mcp =>
            {
                mcp.AddStream(server.Url.ToString(), Streams.Quick);
                for (var type = 0; type < Types; type++)
                {
                    var own = type;
                    mcp.AddHandler($"t{own:00}", async (McpEvent next, CancellationToken _) =>
                    {
                        await gate.PassAsync();
                        var expected = (Types * received[own]++) + own;
                        if (next.Text != expected.ToString("00000000", CultureInfo.InvariantCulture) + padding)
                            Interlocked.Increment(ref wrong);
                    });
                }
            },
            "mcp-sse.pipeline { chunks-in-flight = 2, chunk-size = 16KiB }");

        gate.Open();
        await Eventually.HoldsAsync(() => received.Sum().ShouldBeGreaterThan(200 * EventsInChunk));
        gate.Close();
        await StandsStillAsync(() => received.Sum(), TimeSpan.FromSeconds(0.5));
        var inFlight = (await host.Client.GetStatsAsync()).InFlight;
        inFlight.ShouldBeGreaterThan(3 * EventsInChunk, "there are more in flight than the chunks of few handlers");
        inFlight.ShouldBeLessThan(50 * EventsInChunk, "the window is 2 + 2 x 15 chunks, and the last read may exceed it by 15");

        _release.SetResult();
        gate.Open();
        var count = await Within.LimitAsync(sent.Task);
        await Eventually.HoldsAsync(() => received.Sum().ShouldBe(count));
        wrong.ShouldBe(0);
        received.ShouldAllBe(each => each == count / Types);
    }

    private static async Task MakeNoiseAsync(Exchange exchange)
    {
        await exchange.OpenAsync();
        await exchange.WriteAsync(string.Concat(Enumerable.Repeat("data: noise\n\n", 500)));
        await exchange.StayAsync();
    }

    private static async Task<long> CountedAsync(McpSseHost host) => (await host.Client.GetStatsAsync()).EventsByType.GetValueOrDefault("counted");

    // Waits until a number has not changed for a while.
    private static async Task StandsStillAsync(Func<long> number, TimeSpan time)
    {
        using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(20));
        var last = -1L;
        for (var since = Stopwatch.GetTimestamp(); Stopwatch.GetElapsedTime(since) < time; await pace.WaitForNextTickAsync())
        {
            if (number() is var now && now != last)
                (last, since) = (now, Stopwatch.GetTimestamp());
        }
    }

    private static async Task KeepAwakeAsync(Exchange exchange)
    {
        try
        {
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            while (await pace.WaitForNextTickAsync(exchange.Stopped))
                await exchange.WriteAsync(":\n");
        }
        catch (IOException)
        {
            // The client has hung up.
        }
    }

    private sealed class Gate
    {
        private TaskCompletionSource _open = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public Task PassAsync() => Volatile.Read(ref _open).Task;

        public void Open() => Volatile.Read(ref _open).TrySetResult();

        public void Close() => Volatile.Write(ref _open, new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
    }
}

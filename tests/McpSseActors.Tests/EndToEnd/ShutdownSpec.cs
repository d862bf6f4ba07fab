using System.Diagnostics;

namespace McpSseActors.Tests.EndToEnd;

/// <summary>What becomes of a stream when its host stops.</summary>
public sealed class ShutdownSpec
{
    private readonly ReceivedEvents _events = new();
    private readonly TaskCompletionSource _hungUp = new(TaskCreationOptions.RunContinuationsAsynchronously);

    [Fact]
    public async Task Should_handle_every_dispatched_event_when_the_host_stops()
    {
        var release = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = Server();
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { ShutdownTimeout = TimeSpan.FromSeconds(60) })
            .AddHandler("*", async (McpEvent received, CancellationToken _) =>
            {
                await release.Task;
                await Task.Yield();
                _events.Collect(received);
            }));

        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).InFlight.ShouldBe(500));
        var stop = host.StopAsync();
        await host.States.UntilAsync(ConnectionState.Stopped);
        stop.IsCompleted.ShouldBeFalse();
        release.SetResult();
        await Within.LimitAsync(stop);
        _events.Waiting.ShouldBe(500);
        await Within.LimitAsync(_hungUp.Task);
    }

    [Fact]
    public async Task Should_stop_nevertheless_when_somebody_has_stopped_the_supervisor()
    {
        await using var server = Server();
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick));
        await host.McpSse.GracefulStop(Within.Limit);

        await Within.LimitAsync(host.StopAsync());
    }

    [Fact]
    public async Task Should_stop_nevertheless_when_a_handler_hangs()
    {
        await using var server = Server();
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { ShutdownTimeout = TimeSpan.FromSeconds(0.5) })
            .AddHandler("*", (McpEvent _, CancellationToken _) => new TaskCompletionSource().Task));

        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).InFlight.ShouldBe(500));
        var start = Stopwatch.GetTimestamp();
        await Within.LimitAsync(host.StopAsync());
        Stopwatch.GetElapsedTime(start).ShouldBeGreaterThan(TimeSpan.FromSeconds(0.4));
        await Within.LimitAsync(_hungUp.Task);
    }

    [Fact]
    public async Task Should_cancel_the_handler_when_the_host_stops()
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var server = Server();
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { ShutdownTimeout = TimeSpan.FromSeconds(0.5) })
            .AddHandler("*", async (McpEvent _, CancellationToken cancellation) =>
            {
                cancellation.Register(() => cancelled.TrySetResult());
                await cancelled.Task;
            }));

        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).InFlight.ShouldBe(500));
        await Within.LimitAsync(host.StopAsync());
        await Within.LimitAsync(cancelled.Task);
    }

    [Theory]
    [InlineData(ConnectionState.Connecting)]
    [InlineData(ConnectionState.BackingOff)]
    [InlineData(ConnectionState.Failed)]
    [InlineData(ConnectionState.Disabled)]
    public async Task Should_stop_at_once_when_nothing_is_in_flight(ConnectionState state)
    {
        await using var server = new ScriptedServer(exchange => state switch
        {
            ConnectionState.Connecting => exchange.StayAsync(),
            ConnectionState.BackingOff => exchange.AnswerAsync("503 Service Unavailable", "Retry-After: 3000\r\n"),
            _ => exchange.AnswerAsync("404 Not Found"),
        });
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), o => Streams.Quick(o) with
        {
            Enabled = state is not ConnectionState.Disabled,
            ShutdownTimeout = TimeSpan.FromSeconds(300),
        }));

        await host.States.UntilAsync(state);
        await Within.LimitAsync(host.StopAsync());
    }

    private ScriptedServer Server() => new(async exchange =>
    {
        await exchange.OpenAsync();
        await exchange.WriteAsync(string.Concat(Enumerable.Range(1, 500).Select(n => $"id: {n}\ndata: {n}\n\n")));
        await exchange.StayAsync();
        _hungUp.TrySetResult();
    });
}

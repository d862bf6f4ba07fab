namespace McpSseActors.Tests.Mcp.Events;

/// <summary>How long a server may be silent, in virtual time.</summary>
[Trait("Category", "McpEvents")]
public sealed class EventsLivenessSpec : EventsSpec, IAsyncLifetime
{
    public Task InitializeAsync() => Server.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();

    [Fact]
    public async Task Should_try_again_when_the_server_does_not_confirm()
    {
        Server.OnSubscribed = _ => Task.CompletedTask;
        await using var host = await SubscribeAsync(o => o with { ConnectionTimeout = TimeSpan.FromMilliseconds(200), MaxReconnectAttempts = -1 });

        await Server.SubscribedAsync(2);
        (await host.States.UntilAsync(ConnectionState.BackingOff)).OldState.ShouldBe(ConnectionState.Connecting);
        (await host.States.UntilAsync(ConnectionState.Connecting)).OldState.ShouldBe(ConnectionState.BackingOff);
    }

    [Fact]
    public async Task Should_wait_when_the_headers_come_late()
    {
        Server.Instead = async call =>
        {
            if (call.What == "events/stream")
                await Task.Delay(200);
            return false;
        };
        await using var host = await SubscribeAsync(o => o with { ReadTimeout = TimeSpan.FromMilliseconds(50) });
        await (await Server.SubscribedAsync()).EventAsync("e1", "c1");

        await NextAreAsync("e1");
        Server.Subscriptions.ShouldBe(1);
    }

    [Fact]
    public async Task Should_reopen_with_the_last_heartbeat_when_fast_heartbeats_end()
    {
        await using var host = await SubscribeAsync();
        var stream = await Server.SubscribedAsync();
        await Time.UntilWaitsAsync(60, 60);
        for (var beat = 1; beat <= 4; beat++)
        {
            Time.Advance(0.5);
            await stream.HeartbeatAsync($"h{beat}");
            await Time.UntilWaitsAsync(beat < 2 ? 60 : 2, beat < 2 ? 60 : 2);
        }

        Time.Advance(2);

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldBe("the server sent neither an event nor a heartbeat for 2 s");
        (await Server.SubscribedAsync(2)).Cursor.ShouldBe("\"h4\"");
    }

    [Fact]
    public async Task Should_never_give_up_a_server_with_slow_heartbeats()
    {
        await using var host = await SubscribeAsync();
        var stream = await Server.SubscribedAsync();
        for (var beat = 1; beat <= 6; beat++)
        {
            await Time.UntilWaitsAsync(60, 60);
            Time.Advance(30);
            await stream.HeartbeatAsync($"h{beat}");
        }

        await Time.UntilWaitsAsync(60, 60);
        Server.Subscriptions.ShouldBe(1);
    }

    [Fact]
    public async Task Should_reopen_when_neither_event_nor_heartbeat_comes_for_a_minute()
    {
        await using var host = await SubscribeAsync();
        var stream = await Server.SubscribedAsync();
        await Time.UntilWaitsAsync(60, 60);
        Time.Advance(40);
        await stream.Stream.WriteAsync(": keepalive\n\n");
        await StatsHoldAsync(host, stats => stats.Comments.ShouldBe(1));
        await Time.UntilWaitsAsync(20, 20);

        Time.Advance(20);

        await Server.SubscribedAsync(2);
    }

    [Fact]
    public async Task Should_not_count_the_time_in_which_handlers_are_busy()
    {
        var release = new TaskCompletionSource();
        await using var host = await SubscribeAsync(build: mcp => mcp.AddHandler(async (McpEvent _) => await release.Task));
        var stream = await Server.SubscribedAsync();
        await Time.UntilWaitsAsync(60, 60);
        var data = $$"""{"text":"{{new string('x', 40_000)}}"}""";
        for (var n = 1; n <= 12; n++)
            await stream.EventAsync($"e{n}", $"c{n}", data);
        await Eventually.HoldsAsync(() => Time.Next.ShouldBeNull());
        Time.Advance(600);
        release.SetResult();

        await NextAreAsync([.. Enumerable.Range(1, 12).Select(n => $"e{n}")]);
        Server.Subscriptions.ShouldBe(1);
    }
}

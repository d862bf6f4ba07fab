using System.Net.Sockets;

namespace McpSseActors.Tests.Connections;

/// <summary>How a connection gets lost, or is never made, and what the next delay is.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class LossSpec
{
    private readonly ReceivedEvents _events = new();

    [Fact]
    public async Task Should_back_off_once_when_the_server_ends_the_stream()
    {
        await using var server = new ScriptedServer(exchange => exchange.OpenAsync(), StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick));

        await host.States.UntilAsync(ConnectionState.Connected);
        var lost = await host.States.NextAsync();
        lost.NewState.ShouldBe(ConnectionState.BackingOff);
        lost.OldState.ShouldBe(ConnectionState.Connected);
        lost.Reason.ShouldContain("ended the stream");
        (await host.States.NextAsync()).NewState.ShouldBe(ConnectionState.Connecting);
        (await host.States.NextAsync()).NewState.ShouldBe(ConnectionState.Connected);
    }

    [Fact]
    public async Task Should_back_off_once_when_the_connection_is_reset()
    {
        await using var server = new ScriptedServer(
            async exchange =>
            {
                await exchange.OpenAsync();
                await exchange.WriteAsync("data: x\n\n");
                await Within.LimitAsync(_events.NextAsync());
                exchange.Reset();
            },
            StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), Streams.Quick)
            .AddHandler(_events.Collect));

        await host.States.UntilAsync(ConnectionState.Connected);
        var lost = await host.States.NextAsync();
        lost.NewState.ShouldBe(ConnectionState.BackingOff);
        lost.Reason.ShouldContain("the connection was lost");
        (await host.States.NextAsync()).NewState.ShouldBe(ConnectionState.Connecting);
        (await host.States.NextAsync()).NewState.ShouldBe(ConnectionState.Connected);
    }

    [Fact]
    public async Task Should_back_off_when_the_body_ends_before_its_length()
    {
        await using var server = new ScriptedServer(
            exchange => exchange.WriteAsync("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nContent-Length: 1000\r\n\r\ndata: x\n\n"),
            StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), Streams.Quick)
            .AddHandler(_events.Collect));

        (await _events.NextAsync()).Text.ShouldBe("x");
        await host.States.UntilAsync(ConnectionState.BackingOff);
        await host.States.UntilAsync(ConnectionState.Connected);
    }

    [Fact]
    public async Task Should_back_off_when_nobody_listens()
    {
        // Bound, so that nobody else gets the port, but not listening.
        using var closed = new Socket(AddressFamily.InterNetwork, SocketType.Stream, ProtocolType.Tcp);
        closed.Bind(new IPEndPoint(IPAddress.Loopback, 0));
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream($"http://127.0.0.1:{((IPEndPoint)closed.LocalEndPoint!).Port}/", Streams.Quick));

        var lost = await host.States.UntilAsync(ConnectionState.BackingOff);
        lost.OldState.ShouldBe(ConnectionState.Connecting);
        lost.Reason.ShouldContain("refused");
    }

    [Fact]
    public async Task Should_back_off_when_the_name_is_unknown()
    {
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream("http://nowhere.invalid/events", Streams.Quick));

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldContain("nowhere.invalid cannot be resolved");
    }

    [Fact]
    public async Task Should_back_off_when_the_head_does_not_come_in_time()
    {
        await using var server = new ScriptedServer(exchange => exchange.StayAsync(), StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { ConnectionTimeout = TimeSpan.FromSeconds(0.3) }));

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldContain("connection_timeout of 0.3 s");
        await server.NextRequestAsync();
        await server.NextRequestAsync();
    }

    [Fact]
    public async Task Should_back_off_and_hang_up_when_the_server_falls_silent()
    {
        var hungUp = new TaskCompletionSource();
        await using var server = new ScriptedServer(
            async exchange =>
            {
                await StayOpenAsync(exchange);
                hungUp.TrySetResult();
            },
            StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { ReadTimeout = TimeSpan.FromSeconds(0.3) }));

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldContain("read_timeout of 0.3 s");
        await Within.LimitAsync(hungUp.Task);
        await server.NextRequestAsync();
        await server.NextRequestAsync();
    }

    [Fact]
    public async Task Should_stay_connected_when_only_comments_come()
    {
        var timeout = TimeSpan.FromSeconds(4);
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            using var pace = new PeriodicTimer(TimeSpan.FromMilliseconds(50));
            for (var sent = 0; sent < 120; sent++)
            {
                await exchange.WriteAsync(":\n");
                await pace.WaitForNextTickAsync(exchange.Stopped);
            }

            await exchange.WriteAsync("data: awake\n\n");
            await exchange.StayAsync();
        });
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { ReadTimeout = timeout })
            .AddHandler(_events.Collect));

        (await _events.NextAsync()).Text.ShouldBe("awake");
        server.Connections.ShouldBe(1);
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).Comments.ShouldBe(120));
    }

    [Fact]
    public async Task Should_take_the_servers_time_as_floor_and_base_when_it_says_retry()
    {
        await using var server = new ScriptedServer(
            Script.SendsAndEnds("retry: 60\n\n"),
            exchange => exchange.AnswerAsync("503 Service Unavailable"),
            exchange => exchange.AnswerAsync("503 Service Unavailable"),
            StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { InitialReconnectDelay = TimeSpan.FromMilliseconds(1), Jitter = 0 }));

        (await host.States.UntilAsync(ConnectionState.BackingOff)).RetryIn.ShouldBe(TimeSpan.FromMilliseconds(60));
        (await host.States.UntilAsync(ConnectionState.BackingOff)).RetryIn.ShouldBe(TimeSpan.FromMilliseconds(120));
        (await host.States.UntilAsync(ConnectionState.BackingOff)).RetryIn.ShouldBe(TimeSpan.FromMilliseconds(240));
        await host.States.UntilAsync(ConnectionState.Connected);
    }

    [Fact]
    public async Task Should_not_wait_longer_than_the_maximum_when_the_server_says_retry()
    {
        await using var server = new ScriptedServer(Script.SendsAndEnds("retry: 99999999999999999999\ndata: x\n\n"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { MaxReconnectDelay = TimeSpan.FromSeconds(30) }));

        (await host.States.UntilAsync(ConnectionState.BackingOff)).RetryIn.ShouldBe(TimeSpan.FromSeconds(30));
    }

    [Fact]
    public async Task Should_skip_and_count_when_an_event_is_too_long()
    {
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            await exchange.WriteAsync("id: 1\ndata: before\n\n");
            await exchange.WriteAsync("id: 2\ndata: ");
            for (var i = 0; i < 1000; i++)
                await exchange.WriteAsync(new string('x', 1000));
            await exchange.WriteAsync("\n\nid: 3\ndata: after\n\n");
            await exchange.StayAsync();
        });
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { MaxEventSize = 2048 })
            .AddHandler(_events.Collect));

        (await _events.TextsAsync(2)).ShouldBe(["before", "after"]);
        await Eventually.HoldsAsync(async () =>
        {
            var stats = await host.Client.GetStatsAsync();
            stats.Dropped["oversized"].ShouldBe(1);
            stats.TotalEventsReceived.ShouldBe(2);
            stats.LastEventId.ShouldBe("3");
            stats.IsConnected.ShouldBeTrue();
        });
    }

    [Fact]
    public async Task Should_keep_memory_bounded_when_a_line_never_ends()
    {
        const int Megabytes = 64;
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            var part = System.Text.Encoding.ASCII.GetBytes(new string('x', 1024 * 1024));
            for (var i = 0; i < Megabytes; i++)
                await exchange.WriteAsync(part);
            await exchange.WriteAsync("\ndata: after\n\n");
            await exchange.StayAsync();
        });
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { MaxEventSize = 64 * 1024 })
            .AddHandler(_events.Collect));

        (await _events.NextAsync()).Text.ShouldBe("after");
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).BytesReceived.ShouldBeGreaterThan(Megabytes * 1024 * 1024));
    }
}

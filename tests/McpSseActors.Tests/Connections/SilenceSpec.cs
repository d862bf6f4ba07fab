namespace McpSseActors.Tests.Connections;

/// <summary>A server that says nothing, or little: what is dead, and what is only slow.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class SilenceSpec
{
    private readonly ReceivedEvents _events = new();

    [Fact]
    public async Task Should_back_off_and_resume_when_the_server_is_gone_without_a_word()
    {
        await using var server = new ScriptedServer(Script.Sends("id: 1\ndata: before\n\n"), Script.Sends("id: 2\ndata: after\n\n"));
        await using var relay = new TcpRelay(server.Port);
        await using var host = await StartAsync(relay.Url, TimeSpan.FromSeconds(1));
        (await _events.NextAsync()).Text.ShouldBe("before");

        await relay.LoseAsync();

        var lost = await host.States.UntilAsync(ConnectionState.BackingOff);
        lost.OldState.ShouldBe(ConnectionState.Connected);
        lost.Reason.ShouldContain("read_timeout");
        (await _events.NextAsync()).Text.ShouldBe("after");
        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBeNull();
        (await server.NextRequestAsync()).Header("Last-Event-ID").ShouldBe("1");
    }

    [Fact]
    public async Task Should_stop_at_once_when_the_server_is_gone_without_a_word_and_the_stream_is_stopped()
    {
        await using var server = new ScriptedServer(Script.Sends("data: before\n\n"));
        await using var relay = new TcpRelay(server.Port);
        await using var host = await StartAsync(relay.Url, TimeSpan.FromMinutes(5));
        await _events.NextAsync();
        await relay.LoseAsync();

        await host.Client.StopAsync();

        (await host.States.UntilAsync(ConnectionState.Stopped)).Reason.ShouldBe("stopped");
    }

    [Theory]
    [InlineData("HTTP/1.1 200 OK\r\n")]
    [InlineData("HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n")]
    public async Task Should_back_off_when_the_head_is_begun_and_not_ended_in_time(string begun)
    {
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.WriteAsync(begun);
            await exchange.StayAsync();
        });
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { ConnectionTimeout = TimeSpan.FromSeconds(0.3) }));

        var lost = await host.States.UntilAsync(ConnectionState.BackingOff);
        lost.OldState.ShouldBe(ConnectionState.Connecting);
        lost.Reason.ShouldContain("connection_timeout of 0.3 s");
    }

    [Fact]
    public async Task Should_stay_connected_when_one_byte_comes_at_a_time()
    {
        var bytes = Encoding.UTF8.GetBytes("id: 1\r\nevent: slow\r\ndata: größe 日本 😀 and more, byte after byte\r\n\r\n");
        var timeout = TimeSpan.FromSeconds(2);
        var pause = TimeSpan.FromMilliseconds(50);
        (bytes.Length * pause).ShouldBeGreaterThan(1.5 * timeout);
        await using var server = new ScriptedServer(async exchange =>
        {
            await exchange.OpenAsync();
            using var pace = new PeriodicTimer(pause);
            foreach (var one in bytes)
            {
                await exchange.WriteAsync([one]);
                await pace.WaitForNextTickAsync(exchange.Stopped);
            }

            await exchange.StayAsync();
        });
        await using var host = await StartAsync(server.Url, timeout);

        var received = await _events.NextAsync();
        received.EventType.ShouldBe("slow");
        received.Text.ShouldBe("größe 日本 😀 and more, byte after byte");
        server.Connections.ShouldBe(1);
    }

    private Task<McpSseHost> StartAsync(Uri url, TimeSpan readTimeout) => McpSseHost.StartAsync(mcp => mcp
        .AddStream(url.ToString(), o => Streams.Quick(o) with { ReadTimeout = readTimeout })
        .AddHandler(_events.Collect));
}

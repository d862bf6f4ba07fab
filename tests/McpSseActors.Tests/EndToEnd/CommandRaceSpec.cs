namespace McpSseActors.Tests.EndToEnd;

/// <summary>Commands faster than they can take effect.</summary>
public sealed class CommandRaceSpec
{
    private readonly ReceivedEvents _events = new();

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public async Task Should_obey_the_last_when_there_are_many_commands(int seed)
    {
        await using var server = Server();
        await using var host = await StartAsync(server);

        await CommandAsync(host.Client, seed);
        await host.Client.StopAsync();
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).State.ShouldBe(ConnectionState.Stopped));

        await CommandAsync(host.Client, seed + 100);
        await host.Client.StartAsync();
        await ConnectedAsync(host);
    }

    [Fact]
    public async Task Should_be_connected_when_it_was_restarted_many_times()
    {
        await using var server = Server();
        await using var host = await StartAsync(server);

        await Task.WhenAll(Enumerable.Range(0, 200).Select(_ => host.Client.RestartAsync()));
        await ConnectedAsync(host);
    }

    [Fact]
    public async Task Should_be_connected_when_start_follows_stop_at_once()
    {
        await using var server = Server();
        await using var host = await StartAsync(server);

        for (var i = 0; i < 50; i++)
        {
            await Eventually.HoldsAsync(async () => (await host.Client.IsConnectedAsync()).ShouldBeTrue());
            await Task.WhenAll(host.Client.StopAsync(), host.Client.StartAsync());
        }

        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).State.ShouldBe(ConnectionState.Connected));
    }

    [Fact]
    public async Task Should_be_connected_when_restart_follows_stop_at_once()
    {
        await using var server = Server();
        await using var host = await StartAsync(server);

        for (var i = 0; i < 50; i++)
        {
            await Eventually.HoldsAsync(async () => (await host.Client.IsConnectedAsync()).ShouldBeTrue());
            await Task.WhenAll(host.Client.StopAsync(), host.Client.RestartAsync());
        }

        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).State.ShouldBe(ConnectionState.Connected));
    }

    private static async Task CommandAsync(IMcpSseClient client, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < 300; i++)
        {
            var command = random.Next(4) switch
            {
                0 => client.StartAsync(),
                1 => client.StopAsync(),
                _ => client.RestartAsync(),
            };
            if (random.Next(3) == 0)
                await command;
        }
    }

    private Task<McpSseHost> StartAsync(ScriptedServer server) => McpSseHost.StartAsync(
        mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick).AddHandler(_events.Collect),
        "mcp-sse.pipeline { chunks-in-flight = 2, chunk-size = 256B }");

    // The stream is right again when everything that was sent on a new connection comes through.
    private async Task ConnectedAsync(McpSseHost host)
    {
        await Eventually.HoldsAsync(async () => (await host.Client.GetStatsAsync()).State.ShouldBe(ConnectionState.Connected));
        while ((await _events.NextAsync()).Text != "200")
        {
        }
    }

    private static ScriptedServer Server() => new(async exchange =>
    {
        try
        {
            await exchange.OpenAsync();
            for (var number = 1; number <= 200; number++)
                await exchange.WriteAsync($"data: {number}\n\n");
            await exchange.StayAsync();
        }
        catch (IOException)
        {
            // The client has hung up.
        }
    });
}

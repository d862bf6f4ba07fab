namespace McpSseActors.Tests.Mcp;

/// <summary>MCP over a restart of the host with stored positions.</summary>
[Trait("Category", "Durability")]
public sealed class DurableSessionSpec : McpSpec, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("durable-mcp-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Should_go_on_in_the_session_of_the_former_process()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using (var first = await StartAsync(server))
        {
            await server.StreamAsync(1);
            await server.NotifyAsync("a", """{"n":1}""");
            await NextAsync("a");
            await StatsHoldAsync(first, stats => stats.HandledEventId.ShouldBe("1"));
        }

        await server.NotifyAsync("a", """{"n":2}""");
        await using var second = await StartAsync(server);

        (await NextAsync("a")).Text.ShouldBe("""{"n":2}""");
        server.Count("initialize").ShouldBe(1);
        server.Count("DELETE").ShouldBe(0, "the session is for the next process");
        (await server.CallAsync("GET", 2)).Header("Mcp-Session-Id").ShouldBe("session-1");
    }

    [Fact]
    public async Task Should_tell_that_something_may_be_missed_when_the_former_process_listened_and_the_server_stores_nothing()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp { Stores = false });
        await using (var first = await StartAsync(server))
        {
            await server.StreamAsync(1);
            await server.NotifyAsync("a");
            await NextAsync("a");
            await StatsHoldAsync(first, stats => stats.HandledTime.ShouldNotBeNull());
        }

        await using var second = await StartAsync(server);

        await NextAsync(McpResyncEvent.Type);
    }

    [Fact]
    public async Task Should_end_the_session_when_the_stream_is_removed()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using var host = await StartAsync(server);
        await server.StreamAsync(1);

        await host.Client.RemoveStreamAsync((await host.Client.GetStreamsAsync())[0]);

        await server.CallAsync("DELETE", 1);
    }

    private Task<McpSseHost> StartAsync(FakeMcp server) => ListenAsync(
        server.Url, "streamable-http", build: mcp => mcp.WithDurableDelivery(delivery => delivery.InFile(Path.Combine(_folder, "positions"))));
}

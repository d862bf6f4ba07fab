using Microsoft.Data.Sqlite;

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

    [Fact]
    public async Task Should_go_on_in_the_session_that_a_handler_saved_in_its_transaction()
    {
        await using var database = SqliteFactory.Instance.CreateDataSource($"Data Source={Path.Combine(_folder, "positions.db")};Pooling=False");
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using (var first = await StartAsync())
        {
            await server.StreamAsync(1);
            await server.NotifyAsync("a", """{"n":1}""");
            await NextAsync("a");
            await Eventually.HoldsAsync(async () =>
            {
                await using var command = database.CreateCommand("SELECT COUNT(position) FROM mcp_sse_positions");
                (await command.ExecuteScalarAsync()).ShouldBe(1L);
            });
        }

        await server.NotifyAsync("a", """{"n":2}""");
        await using var second = await StartAsync();

        (await NextAsync("a")).Text.ShouldBe("""{"n":2}""");
        server.Count("initialize").ShouldBe(1);
        Overheard.ShouldHoldNo("session-1");

        Task<McpSseHost> StartAsync() => ListenAsync(
            server.Url,
            "streamable-http",
            build: mcp => mcp
                .AddHandler("a", async (McpEvent received) =>
                {
                    await using var connection = await database.OpenConnectionAsync();
                    await using var transaction = await connection.BeginTransactionAsync();
                    await received.Position.SaveInAsync(transaction);
                    received.Position.ToString().ShouldNotContain("session-1");
                    await transaction.CommitAsync();
                })
                .WithDurableDelivery(delivery => delivery.InTransactionsOf(database)),
            hocon: "akka.actor.serialize-messages = off");
    }

    private Task<McpSseHost> StartAsync(FakeMcp server) => ListenAsync(
        server.Url, "streamable-http", build: mcp => mcp.WithDurableDelivery(delivery => delivery.InFile(Path.Combine(_folder, "positions"))));
}

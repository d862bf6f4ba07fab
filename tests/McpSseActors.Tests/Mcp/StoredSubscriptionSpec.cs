using McpSseActors.Actors.Positions;

namespace McpSseActors.Tests.Mcp;

/// <summary>Subscriptions that are changed at run time and stored come back after a restart of the host.</summary>
[Trait("Category", "Durability")]
public sealed class StoredSubscriptionSpec : McpSpec, IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("subscriptions-").FullName;

    public void Dispose() => Directory.Delete(_folder, recursive: true);

    [Fact]
    public async Task Should_ask_again_for_what_was_stored_and_not_for_the_rest()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using (var first = await StartAsync(server, "demo://a"))
        {
            await server.StreamAsync(1);
            await first.Client.AddMcpResourcesAsync(["demo://passing"]);
            await first.Client.AddMcpResourcesAsync(["demo://b", "demo://c"], persist: true);
            await first.Client.RemoveMcpResourcesAsync(["demo://c"], persist: true);
        }

        await using var second = await StartAsync(server, "demo://a");

        await Eventually.HoldsAsync(async () => (await RequestedAsync(second)).ShouldBe(["demo://a", "demo://b"]));
        await Eventually.HoldsAsync(async () => (await second.Client.GetMcpSubscriptionsAsync()).Granted.Resources.ShouldBe(["demo://a", "demo://b"]));
        await second.Client.SetMcpSubscriptionsAsync(new McpSubscriptions { ToolsChanged = true }, persist: true);
        await second.StopAsync();

        await using var third = await StartAsync(server, "demo://a");
        await Eventually.HoldsAsync(async () => (await third.Client.GetMcpSubscriptionsAsync()).Requested.ShouldBe(new McpSubscriptions { ToolsChanged = true }));
    }

    [Fact]
    public async Task Should_use_what_is_configured_when_that_has_changed_since()
    {
        var log = new LogLines();
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using (var first = await StartAsync(server, "demo://a"))
            await first.Client.AddMcpResourcesAsync(["demo://b"], persist: true);

        await using var second = await StartAsync(server, "demo://other", log);

        await log.UntilAsync("WarningLevel: Stream s starts without its stored subscriptions: others are configured since they were stored");
        (await RequestedAsync(second)).ShouldBe(["demo://other"]);
    }

    [Fact]
    public async Task Should_come_back_with_a_stored_stream_and_after_a_crash_of_it()
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using (var first = await StartAsync(server))
        {
            await first.Client.AddStreamAsync(Streams.Quick(new StreamOptions { Enabled = true, ServerUrl = server.Url, Transport = StreamTransport.StreamableHttp }) with { Name = "t" }, persist: true);
            await first.Client.AddMcpResourcesAsync(["demo://b"], "t", persist: true);
        }

        await using var second = await StartAsync(server);
        await Eventually.HoldsAsync(async () => (await RequestedAsync(second, "t")).ShouldBe(["demo://b"]));

        await Eventually.HoldsAsync(async () => (await second.Client.GetAllStatsAsync()).ShouldAllBe(stats => stats.IsConnected));
        var connections = server.Count("GET");

        var stream = await second.System.ActorSelection("/user/mcp-sse/t").ResolveOne(Within.Limit);
        stream.Tell(new PositionAcquired(null!), ActorRefs.NoSender);

        await server.CallAsync("GET", connections + 1);
        (await RequestedAsync(second, "t")).ShouldBe(["demo://b"]);
    }

    [Theory]
    [InlineData("demo://a?token=SECRET-1")]
    [InlineData("https://user:SECRET-1@example.com/a")]
    public async Task Should_refuse_to_store_a_URI_that_may_hold_a_secret(string uri)
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        await using var host = await StartAsync(server);

        var fault = await Should.ThrowAsync<InvalidOperationException>(() => host.Client.AddMcpResourcesAsync([uri], persist: true));

        fault.Message.ShouldEndWith("is not stored: its user info, query or fragment may be secret. Subscribe to it without Persist.");
        fault.Message.ShouldNotContain("SECRET-1");
        (await RequestedAsync(host)).ShouldBeEmpty();
        File.Exists(Path.Combine(_folder, "positions.streams")).ShouldBeFalse();
    }

    private static async Task<ImmutableArray<string>> RequestedAsync(McpSseHost host, string stream = "s") =>
        (await host.Client.GetMcpSubscriptionsAsync(stream)).Requested.Resources;

    private Task<McpSseHost> StartAsync(FakeMcp server, string? resource = null, LogLines? log = null) => McpSseHost.StartAsync(
        mcp => mcp
            .AddStream(server.Url, o => Streams.Quick(o) with { Transport = StreamTransport.StreamableHttp, Mcp = new McpListenOptions { Resources = resource is null ? [] : [resource] } })
            .AddHandler(Events.Collect)
            .WithDurableDelivery(delivery => delivery.InFile(Path.Combine(_folder, "positions"))),
        watch: system => log?.ListenTo(system));
}

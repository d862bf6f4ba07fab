using McpSseActors.Testing;

namespace McpSseActors.Cluster.Tests;

/// <summary>Settings of Akka with which streams would end or never run have no effect on them.</summary>
[Trait("Category", "Cluster")]
public sealed class ClusterSettingsSpec
{
    private const string Unfit = """
        akka.cluster.sharding {
          state-store-mode = persistence
          remember-entities = on
          passivate-idle-entity-after = 100ms
        }
        """;

    [Fact]
    public async Task Should_keep_a_quiet_stream_running_when_sharding_is_told_to_end_idle_entities()
    {
        await using var server = await McpSseTestServer.StartAsync();
        var positions = new SharedPositions();
        await using var nodes = new ClusterNodes(
            mcp => mcp.AddStream(new StreamOptions { Name = "quiet", Enabled = true, ServerUrl = server.Url.ToString() })
                .WithDurableDelivery(delivery => delivery.In(() => positions)),
            Unfit);
        await nodes.StartAsync(1);

        // The supervisor is asked, because a request to the stream would wake its entity.
        var supervisor = nodes.All[0].System.ActorSelection("/user/mcp-sse-node");
        await Eventually.HoldsAsync(async () =>
            (await supervisor.Ask<AllStats>(new GetAllStats())).Streams.ShouldHaveSingleItem().Uptime.ShouldBeGreaterThan(TimeSpan.FromSeconds(1)));

        positions.Acquisitions.ShouldBe(1);
        server.Requests.Count.ShouldBe(1);
    }
}

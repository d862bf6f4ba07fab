using Akka.Hosting;
using Akka.Remote.Hosting;
using McpSseActors.Testing;

namespace McpSseActors.Cluster.Tests;

/// <summary>Nodes without seed nodes, which find each other with Akka.Discovery as docs/cluster.md sets it up.</summary>
[Trait("Category", "Cluster")]
public sealed class ClusterDiscoverySpec
{
    [Fact]
    public async Task Should_form_a_cluster_when_the_nodes_are_found_by_discovery()
    {
        await using var server = await McpSseTestServer.StartAsync();
        var positions = new SharedPositions();
        var first = 0;
        var network = new NodeNetwork(
            (akka, port) =>
            {
                first = first == 0 ? port : first;
                akka.WithRemoting("127.0.0.1", port).AddHocon(
                    $$"""
                    akka.discovery {
                      method = config
                      config.services.app.endpoints = ["127.0.0.1:{{first}}", "127.0.0.1:{{port}}"]
                    }
                    """,
                    HoconAddMode.Prepend);
                Examples.ClusterSnippets.Discover(akka);
            },
            null);
        await using var nodes = new ClusterNodes(
            mcp => mcp.AddStream(new StreamOptions { Name = "s", Enabled = true, ServerUrl = server.Url.ToString() })
                .WithDurableDelivery(delivery => delivery.In(() => positions)),
            network: network);

        await nodes.StartAsync(3);

        await Eventually.HoldsAsync(async () => (await nodes.All[2].Client.IsConnectedAsync("s")).ShouldBeTrue());
    }
}

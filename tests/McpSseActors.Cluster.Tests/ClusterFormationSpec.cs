using McpSseActors.Testing;

namespace McpSseActors.Cluster.Tests;

/// <summary>While nobody is up, several nodes can lead, and number the others by age differently, until they hear of each other.</summary>
[Trait("Category", "Cluster")]
public sealed class ClusterFormationSpec : IAsyncLifetime
{
    // Nodes lead sooner than they hear of each other.
    private const string SlowGossip = """

        akka.cluster { seed-nodes = [], min-nr-of-members = 2, gossip-interval = 3s }
        """;

    private static readonly string[] Streams = ["a", "b", "c", "d", "e", "f"];

    private readonly SharedPositions _positions = new();
    private readonly Deliveries _delivered = new();
    private readonly ClusterNodes _nodes;
    private McpSseTestServer _server = null!;

    public ClusterFormationSpec() => _nodes = new ClusterNodes(
        mcp =>
        {
            foreach (var stream in Streams)
                mcp.AddStream(new StreamOptions { Name = stream, Enabled = true, ServerUrl = _server.Url.ToString(), InitialReconnectDelay = TimeSpan.FromMilliseconds(50) });
            mcp.AddHandler("*", (McpEvent received) => _delivered.Add(received)).WithDurableDelivery(delivery => delivery.In(() => _positions));
        },
        SlowGossip);

    public async Task InitializeAsync() => _server = await McpSseTestServer.StartAsync();

    public async Task DisposeAsync()
    {
        await _nodes.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Should_run_all_streams_when_nodes_leave_a_cluster_in_which_two_have_led()
    {
        await _nodes.StartAloneAsync(3);
        var (first, second, oldest) = (_nodes.All[0], _nodes.All[1], _nodes.All[2]);
        first.Join(first);
        second.Join(first);
        await Eventually.HoldsAsync(() => second.UpMembers.ShouldBe(2));
        oldest.Join(first);
        await _nodes.AreUpAsync();
        _nodes.All.SelectMany(node => node.Log).ShouldNotContain(line => line.Contains("have not agreed"));
        _server.Send("number", "{}");
        await _delivered.HaveAsync(Streams, 1);

        await _nodes.LeaveAsync(oldest);
        await _nodes.LeaveAsync(second);

        _server.Send("number", "{}");
        await _delivered.HaveAsync(Streams, 2);
    }
}

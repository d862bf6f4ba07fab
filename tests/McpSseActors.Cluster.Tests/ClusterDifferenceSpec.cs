namespace McpSseActors.Cluster.Tests;

/// <summary>Nodes with different configurations say so.</summary>
[Trait("Category", "Cluster")]
public sealed class ClusterDifferenceSpec
{
    private static readonly string[] Streams = ["a", "b", "c", "d", "e", "f"];

    private readonly SharedPositions _positions = new();

    [Fact]
    public async Task Should_warn_when_nodes_configure_a_stream_in_another_way()
    {
        await using var nodes = new ClusterNodes(mcp => AddStreams(mcp, "chat.*"));
        await nodes.StartAsync(1);
        await nodes.AddAsync(mcp => AddStreams(mcp, "*"));
        await nodes.AreUpAsync();

        await LoggedAsync(nodes, "configures a, b, c, d, e, f or their handlers in another way than");
    }

    [Fact]
    public async Task Should_say_which_streams_a_node_lacks_when_they_belong_to_it()
    {
        await using var nodes = new ClusterNodes(mcp => AddStreams(mcp, "*"));
        await nodes.StartAsync(1);
        var lacking = await nodes.AddAsync(mcp => mcp.AddStream(Of("x")).WithDurableDelivery(delivery => delivery.In(() => _positions)));
        await nodes.AreUpAsync();

        await LoggedAsync(nodes, "configure", "a, b, c, d, e, f", "x", "give every node the same configuration");
        await LoggedAsync(nodes, $"does not run: it belongs to {lacking.Name}, which does not configure it");
    }

    private static Task LoggedAsync(ClusterNodes nodes, params string[] words) => Eventually.HoldsAsync(() =>
    {
        var log = string.Join('\n', nodes.All.SelectMany(node => node.Log));
        foreach (var word in words)
            log.ShouldContain(word);
    });

    private static StreamOptions Of(string name) => new() { Name = name, Enabled = true, ServerUrl = "http://127.0.0.1:1/" };

    private void AddStreams(McpSseBuilder mcp, string pattern)
    {
        foreach (var stream in Streams)
            mcp.AddStream(Of(stream));
        mcp.AddHandler(pattern, (McpEvent _) => { }).WithDurableDelivery(delivery => delivery.In(() => _positions));
    }
}

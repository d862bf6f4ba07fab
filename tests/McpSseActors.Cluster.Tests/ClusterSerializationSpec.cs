using McpSseActors.Testing;

namespace McpSseActors.Cluster.Tests;

/// <summary>Nodes on which everything that may leave a process is serialised within it too.</summary>
public sealed class ClusterSerializationSpec : IAsyncLifetime
{
    private static readonly string[] Streams = ["a", "b", "c", "d", "e", "f"];

    private readonly SharedPositions _positions = new();
    private readonly Deliveries _delivered = new();
    private readonly ClusterNodes _nodes;
    private McpSseTestServer _server = null!;

    public ClusterSerializationSpec() => _nodes = new ClusterNodes(
        mcp =>
        {
            foreach (var stream in Streams)
                mcp.AddStream(new StreamOptions { Name = stream, Enabled = true, ServerUrl = _server.Url.ToString() });
            mcp.AddHandler("*", (McpEvent received) => _delivered.Add(received)).WithDurableDelivery(delivery => delivery.In(() => _positions));
        },
        InProcessSerializer.Hocon);

    public async Task InitializeAsync()
    {
        _server = await McpSseTestServer.StartAsync();
        await _nodes.StartAsync(3);
        _server.Send("number", "1");
        await _delivered.HaveAsync(Streams, 1);
    }

    public async Task DisposeAsync()
    {
        await _nodes.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Should_answer_on_every_node()
    {
        foreach (var node in _nodes.All)
        {
            await Eventually.HoldsAsync(async () => (await node.McpSse.Ask<AllStats>(new GetAllStats())).Streams.Select(stats => stats.Stream).ShouldBe(Streams));
            foreach (var stream in Streams)
            {
                (await node.Client.GetStatsAsync(stream)).Stream.ShouldBe(stream);
                (await node.Client.GetRecentEventsAsync(1, stream)).ShouldAllBe(received => received.Stream == stream);
            }

            await Should.ThrowAsync<StreamNotFoundException>(() => node.Client.GetStatsAsync("nosuch"));
        }
    }

    [Fact]
    public Task Should_carry_out_what_stays_in_the_process() => Eventually.HoldsAsync(async () =>
    {
        var stats = await _nodes.All[0].Client.GetStatsAsync("a");
        foreach (var node in _nodes.All)
        {
            var added = () => node.Client.AddHandlerAsync("*", (McpEvent _) => { }, "a");
            if (node.Name == stats.Node)
                await added();
            else
                await Should.ThrowAsync<InvalidOperationException>(added);
        }
    });

    [Fact]
    public async Task Should_move_streams_when_a_node_leaves()
    {
        await _nodes.LeaveAsync(_nodes.All[0]);
        _server.Send("number", "2");

        await _delivered.HaveAsync(Streams, 2);
        foreach (var stream in Streams)
            _delivered.Of(stream).ShouldBe([1, 2], stream);
    }
}

using McpSseActors.Testing;

namespace McpSseActors.Cluster.Tests;

/// <summary>Streams move when nodes come, leave, or are killed.</summary>
[Trait("Category", "Cluster")]
public sealed class ClusterMoveSpec : IAsyncLifetime
{
    private static readonly string[] Streams = ["a", "b", "c", "d", "e", "f"];

    private readonly SharedPositions _positions = new();
    private readonly Deliveries _delivered = new();
    private readonly ClusterNodes _nodes;
    private McpSseTestServer _server = null!;

    public ClusterMoveSpec() => _nodes = new ClusterNodes(mcp =>
    {
        foreach (var stream in Streams)
            mcp.AddStream(new StreamOptions { Name = stream, Enabled = true, ServerUrl = _server.Url.ToString(), InitialReconnectDelay = TimeSpan.FromMilliseconds(50) });
        mcp.AddHandler("*", (McpEvent received) => _delivered.Add(received)).WithDurableDelivery(delivery => delivery.In(() => _positions));
    });

    public async Task InitializeAsync()
    {
        _server = await McpSseTestServer.StartAsync();
        await _nodes.StartAsync(3);
        Send(10);
        await _delivered.HaveAsync(Streams, 10);
        await Eventually.HoldsAsync(async () => (await StatsAsync()).Streams.Select(stats => stats.Node).Distinct().Count().ShouldBe(3));
    }

    public async Task DisposeAsync()
    {
        await _nodes.DisposeAsync();
        await _server.DisposeAsync();
    }

    [Fact]
    public async Task Should_resume_elsewhere_when_a_node_is_killed()
    {
        var killed = await NodeWithStreamsAsync();

        await _nodes.KillAsync(killed);
        Send(10);

        await _delivered.HaveAsync(Streams, 20);
        await Eventually.HoldsAsync(async () => (await StatsAsync()).Streams.Length.ShouldBe(Streams.Length));
        (await StatsAsync()).Streams.ShouldAllBe(stats => stats.Node != killed.Name);
    }

    [Fact]
    public async Task Should_deliver_each_event_once_when_a_node_leaves()
    {
        await _nodes.LeaveAsync(await NodeWithStreamsAsync());
        Send(10);

        await _delivered.HaveAsync(Streams, 20);
        foreach (var stream in Streams)
            _delivered.Of(stream).ShouldBe(Enumerable.Range(1, 20), stream);
    }

    [Fact]
    public async Task Should_go_when_its_streams_run_elsewhere_when_the_oldest_node_leaves()
    {
        var oldest = _nodes.All[0];

        await _nodes.LeaveAsync(oldest);

        var all = await StatsAsync();
        all.Streams.Select(stats => stats.Stream).ShouldBe(Streams);
        all.Streams.ShouldAllBe(stats => stats.IsRunning && stats.Node != oldest.Name);
    }

    [Fact]
    public async Task Should_name_the_node_that_does_not_answer_when_one_was_killed_a_moment_ago()
    {
        var killed = await NodeWithStreamsAsync();

        await _nodes.KillAsync(killed);
        var all = await _nodes.All[0].McpSse.Ask<AllStats>(new GetAllStats());

        all.MissingNodes.ShouldBe([killed.Name]);
        all.Missing.ShouldNotBeEmpty();
    }

    [Fact]
    public async Task Should_tell_subscribers_of_the_move_when_a_node_is_killed()
    {
        var killed = await NodeWithStreamsAsync();
        var moved = (await killed.McpSse.Ask<AllStats>(new GetAllStats())).Streams.First(stats => stats.Node == killed.Name).Stream;
        var heard = new ConcurrentQueue<StreamStateChanged>();
        using var subscription = _nodes.All.First(node => node != killed).Client.OnStateChanged(change =>
        {
            if (change.Stream == moved)
                heard.Enqueue(change);
        });

        await _nodes.KillAsync(killed);

        await Eventually.HoldsAsync(() => heard.Select(change => change.NewState).ShouldBe(
            [ConnectionState.Idle, ConnectionState.Connecting, ConnectionState.Connected]));
        heard.First().Reason.ShouldBe($"node {killed.Name} has left the cluster: the stream starts on another");
    }

    [Fact]
    public async Task Should_tell_subscribers_of_the_move_when_a_node_leaves()
    {
        var leaving = await NodeWithStreamsAsync();
        var proxy = await _nodes.AddProxyAsync();
        var moved = (await leaving.McpSse.Ask<AllStats>(new GetAllStats())).Streams.First(stats => stats.Node == leaving.Name).Stream;
        await Eventually.HoldsAsync(async () => (await proxy.Client.GetStateAsync(moved)).NewState.ShouldBe(ConnectionState.Connected));
        var heard = new ConcurrentQueue<ConnectionState>();
        using var subscription = proxy.Client.OnStateChanged(change =>
        {
            if (change.Stream == moved)
                heard.Enqueue(change.NewState);
        });

        await _nodes.LeaveAsync(leaving);

        await Eventually.HoldsAsync(() => heard.TakeLast(2).ShouldBe([ConnectionState.Connecting, ConnectionState.Connected]));
    }

    private async Task<ClusterNodeHost> NodeWithStreamsAsync()
    {
        var all = await StatsAsync();
        return _nodes.All.First(node => node.Port != _nodes.All[0].Port && all.Streams.Any(stats => stats.Node == node.Name));
    }

    private Task<AllStats> StatsAsync() => _nodes.All[0].McpSse.Ask<AllStats>(new GetAllStats());

    private void Send(int events)
    {
        for (var n = 0; n < events; n++)
            _server.Send("number", "{}");
    }
}

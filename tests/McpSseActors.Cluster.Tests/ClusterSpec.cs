using McpSseActors.Testing;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace McpSseActors.Cluster.Tests;

/// <summary>Three nodes and one without streams, which stay.</summary>
[Trait("Category", "Cluster")]
public sealed class ClusterSpec(ClusterSpec.Four four) : IClassFixture<ClusterSpec.Four>
{
    [Fact]
    public async Task Should_run_each_stream_once_when_several_nodes_have_it()
    {
        await four.Delivered.HaveAsync(Four.Streams, 3);

        four.Delivered.Of("s1").ShouldBe([1, 2, 3]);
        foreach (var node in four.Nodes.All)
        {
            await Eventually.HoldsAsync(async () =>
            {
                var all = await node.McpSse.Ask<AllStats>(new GetAllStats());
                all.Streams.Select(stats => stats.Stream).ShouldBe(Four.Streams);
                all.Streams.ShouldAllBe(stats => stats.IsConnected);
                all.Streams.Select(stats => stats.Node).Distinct().Count().ShouldBeGreaterThan(1);
                all.Missing.ShouldBeEmpty();
                all.MissingNodes.ShouldBeEmpty();
            });
        }
    }

    [Fact]
    public async Task Should_answer_on_every_node_when_the_stream_runs_on_another()
    {
        await four.Delivered.HaveAsync(Four.Streams, 3);
        foreach (var node in four.Nodes.All)
        {
            foreach (var stream in Four.Streams)
            {
                await Eventually.HoldsAsync(async () => (await node.Client.GetStatsAsync(stream)).Stream.ShouldBe(stream));
                (await node.Client.GetRecentEventsAsync(2, stream)).ShouldAllBe(received => received.Stream == stream);
                (await node.Client.GetHandlersAsync(stream)).Length.ShouldBe(2);
            }

            (await node.Client.GetStreamsAsync()).ShouldBe(Four.Streams);
        }
    }

    [Fact]
    public async Task Should_carry_out_commands_when_the_stream_runs_on_another_node()
    {
        foreach (var node in four.Nodes.All)
        {
            await node.Client.StopAsync("commanded");
            await Eventually.HoldsAsync(async () => (await node.Client.GetStateAsync("commanded")).NewState.ShouldBe(ConnectionState.Stopped));
            await node.Client.StartAsync("commanded");
            await Eventually.HoldsAsync(async () => (await node.Client.IsConnectedAsync("commanded")).ShouldBeTrue());
        }
    }

    [Fact]
    public async Task Should_hear_of_states_on_every_node_when_one_subscribes()
    {
        foreach (var node in four.Nodes.All)
        {
            var heard = new ConcurrentQueue<ConnectionState>();
            using var subscription = node.Client.OnStateChanged(change =>
            {
                if (change.Stream == "watched")
                    heard.Enqueue(change.NewState);
            });
            await node.Client.RestartAsync("watched");

            await Eventually.HoldsAsync(() => heard.ShouldContain(ConnectionState.Connected));
        }
    }

    [Fact]
    public async Task Should_say_so_when_a_stream_does_not_exist()
    {
        foreach (var node in four.Nodes.All)
        {
            (await Should.ThrowAsync<StreamNotFoundException>(() => node.Client.GetStatsAsync("nosuch"))).Message.ShouldStartWith("Unknown stream 'nosuch'; the streams are: commanded, s1");
            (await Should.ThrowAsync<StreamNotFoundException>(() => node.Client.GetStatsAsync())).Message.ShouldStartWith("Specify a stream; the streams are: commanded, s1");
        }
    }

    [Fact]
    public async Task Should_refuse_what_cannot_leave_a_process()
    {
        var proxy = four.Nodes.All[^1].Client;

        (await Should.ThrowAsync<InvalidOperationException>(() => proxy.AddHandlerAsync((McpEvent _) => { }, "s1"))).Message.ShouldStartWith("AddHandler cannot be sent to stream 's1'");
        (await Should.ThrowAsync<InvalidOperationException>(() => proxy.AddStreamAsync(new StreamOptions { ServerUrl = "http://127.0.0.1/" }))).Message.ShouldContain("configure them on every node");
        (await Should.ThrowAsync<InvalidOperationException>(() => proxy.RemoveStreamAsync("s1"))).Message.ShouldContain("the configuration of every node");
        (await Should.ThrowAsync<InvalidOperationException>(() => proxy.AddMcpResourcesAsync(["demo://a"], "s1", persist: true))).Message.ShouldContain("cannot be stored");
    }

    [Fact]
    public async Task Should_add_a_handler_when_the_stream_runs_on_the_same_node()
    {
        await four.Delivered.HaveAsync(Four.Streams, 3);
        var s2 = await four.Nodes.All[0].Client.GetStatsAsync("s2");
        var owner = four.Nodes.All.Single(each => each.Name == s2.Node).Client;

        var added = await owner.AddHandlerAsync("*", (McpEvent _) => { }, "s2");

        (await owner.GetHandlersAsync("s2")).ShouldContain(handler => handler.Name == added);
        (await owner.RemoveHandlerAsync(added, "s2")).ShouldBeTrue();
    }

    [Fact]
    public async Task Should_be_healthy_on_every_node_when_it_has_joined()
    {
        foreach (var node in four.Nodes.All)
        {
            await Eventually.HoldsAsync(async () =>
            {
                var report = await node.Health.CheckHealthAsync();
                report.Status.ShouldBe(HealthStatus.Healthy, string.Join(", ", report.Entries.Select(each => $"{each.Key}: {each.Value.Description}")));
                report.Entries.Count(each => each.Value.Tags.Contains("ready")).ShouldBe(1);
            });
        }
    }

    [Fact]
    public async Task Should_count_dead_letters_on_a_node_without_streams() =>
        (await four.Nodes.All[^1].Client.CountDeadLettersAsync()).Count.ShouldBe(0);

    /// <summary>The nodes.</summary>
    public sealed class Four : IAsyncLifetime
    {
        internal static readonly string[] Streams = ["commanded", "s1", "s2", "s3", "s4", "s5", "watched"];

        private McpSseTestServer _server = null!;

        internal ClusterNodes Nodes { get; private set; } = null!;

        internal Deliveries Delivered { get; } = new();

        public async Task InitializeAsync()
        {
            var positions = new SharedPositions();
            _server = await McpSseTestServer.StartAsync();
            for (var n = 1; n <= 3; n++)
                _server.Send("number", $"{n}");
            Nodes = new ClusterNodes(mcp =>
            {
                foreach (var stream in Streams)
                    mcp.AddStream(new StreamOptions { Name = stream, Enabled = true, ServerUrl = _server.Url.ToString() });
                mcp.AddHandler("*", (McpEvent received) => Delivered.Add(received)).WithDurableDelivery(delivery => delivery.In(() => positions));
            });
            await Nodes.StartAsync(3);
            await Nodes.AddProxyAsync();
        }

        public async Task DisposeAsync()
        {
            await Nodes.DisposeAsync();
            await _server.DisposeAsync();
        }
    }
}

using McpSseActors.Testing;
using McpSseActors.Tests.Dashboard;

namespace McpSseActors.Cluster.Tests;

/// <summary>The dashboard on a node without streams.</summary>
[Trait("Category", "Cluster")]
public sealed class ClusterDashboardSpec
{
    private const int MostMessages = 120;
    private static readonly string[] Streams = ["a", "b", "c", "d", "e", "f"];

    [Fact]
    public async Task Should_show_where_each_stream_runs_when_a_node_is_killed()
    {
        await using var server = await McpSseTestServer.StartAsync();
        var positions = new SharedPositions();
        await using var nodes = new ClusterNodes(mcp =>
        {
            foreach (var stream in Streams)
                mcp.AddStream(new StreamOptions { Name = stream, Enabled = true, ServerUrl = server.Url.ToString() });
            mcp.WithDurableDelivery(delivery => delivery.In(() => positions));
        });
        await nodes.StartAsync(2);
        await using var host = await DashboardHost.StartAsync(
            ClusterNodes.System, akka => ClusterNodeHost.Configure(akka, Ports.Free(), nodes.All[0].Port, null));
        await using var live = await LiveStream.OpenAsync(host, "api/v1/live");
        var rows = new SortedDictionary<string, JsonElement>(StringComparer.Ordinal);
        await UntilAsync(() => rows.Count == Streams.Length && Nodes().Distinct().Count() == 2 && States().All(state => state == "Connected"));

        (await host.GetAsync("api/v1/streams/a")).GetProperty("node").GetString().ShouldBe(Nodes().First());
        (await host.GetAsync("api/v1/stats")).EnumerateArray().Select(stats => stats.GetProperty("node").GetString()).ShouldBe(Nodes());
        await nodes.KillAsync(nodes.All[1]);
        await UntilAsync(() => Nodes().All(node => node == nodes.All[0].Name) && States().All(state => state == "Connected"));
        rows.Keys.ShouldBe(Streams);

        IEnumerable<string?> Nodes() => rows.Values.Select(row => row.GetProperty("node").GetString());
        IEnumerable<string?> States() => rows.Values.Select(row => row.GetProperty("state").GetString());

        async Task UntilAsync(Func<bool> holds)
        {
            // A message comes every second, whether or not it holds.
            for (var messages = 0; !holds(); messages++)
            {
                messages.ShouldBeLessThan(MostMessages, string.Join('\n', rows.Values));
                var overview = await live.UntilAsync("overview");
                overview.TryGetProperty("removed", out _).ShouldBeFalse();
                foreach (var row in overview.GetProperty("streams").EnumerateArray())
                    rows[row.GetProperty("name").GetString()!] = row.Clone();
            }
        }
    }
}

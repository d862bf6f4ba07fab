using System.Diagnostics;
using McpSseActors.Testing;

namespace McpSseActors.Cluster.Tests;

/// <summary>Requests that concern more than one node, or the files of one.</summary>
public sealed class ClusterRequestsSpec : IAsyncLifetime
{
    private static readonly string[] Streams = ["a", "b", "c", "d", "e", "f"];

    // A node that does not answer stays in the cluster, and the others wait for it long enough for a busy machine.
    private const string Patient = """
        akka.cluster.downing-provider-class = "Akka.Cluster.NoDowning, Akka.Cluster"
        mcp-sse.ask-timeout = 10s
        """;

    private readonly SharedPositions _positions = new();
    private readonly Deliveries _delivered = new();
    private readonly string _folder = Directory.CreateTempSubdirectory("cluster-requests-").FullName;
    private readonly ClusterNodes _nodes;
    private McpSseTestServer _server = null!;
    private volatile bool _isBroken = true;

    public ClusterRequestsSpec() => _nodes = new ClusterNodes(
        mcp => mcp.FromToml(File).AddHandler("*", (McpEvent received) => Handle(received)).WithDurableDelivery(
            delivery => delivery.In(() => _positions).Retry(RetryOptions.OneAttempt)), Patient);

    private string File => Path.Combine(_folder, "mcp-sse.toml");

    public async Task InitializeAsync()
    {
        _server = await McpSseTestServer.StartAsync();
        Configure(recentEvents: 100);
        await _nodes.StartAsync(3);
        await _nodes.AddProxyAsync();
        _server.Send("number", "1");
        await Eventually.HoldsAsync(async () => (await Task.WhenAll(Workers.Select(node => node.Client.CountDeadLettersAsync()))).Sum(
            letters => letters.Count).ShouldBe(Streams.Length));
    }

    public async Task DisposeAsync()
    {
        await _nodes.DisposeAsync();
        await _server.DisposeAsync();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Should_retry_the_dead_letters_of_all_nodes_when_one_is_asked()
    {
        _isBroken = false;

        var retried = await Proxy.Client.RetryDeadLettersAsync(DeadLetterFilter.All);

        await _delivered.HaveAsync(Streams, 1);
        (retried.Handled, retried.Failed, retried.UnderWay).ShouldBe((Streams.Length, 0, 0));
        retried.MissingNodes.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_retry_those_of_the_others_when_a_node_does_not_answer()
    {
        _isBroken = false;
        var silent = Workers[^1];
        var its = (int)(await silent.Client.CountDeadLettersAsync()).Count;

        await _nodes.KillAsync(silent);
        var atOnce = await Proxy.McpSse.Ask<DeadLettersRetried>(new RetryDeadLetters(DeadLetterFilter.All));

        atOnce.MissingNodes.ShouldBe([silent.Name]);
        atOnce.Handled.ShouldBe(Streams.Length - its);
    }

    [Fact]
    public async Task Should_name_a_node_at_once_when_it_is_known_to_be_out_of_reach()
    {
        var silent = Workers[^1];
        await _nodes.KillAsync(silent);
        var proxy = Akka.Cluster.Cluster.Get(Proxy.System);
        await Eventually.HoldsAsync(() => proxy.State.Unreachable.Count.ShouldBe(1));

        var start = Stopwatch.GetTimestamp();
        var all = await Proxy.McpSse.Ask<AllStats>(new GetAllStats());

        all.MissingNodes.ShouldBe([silent.Name]);
        Stopwatch.GetElapsedTime(start).ShouldBeLessThan(TimeSpan.FromSeconds(8));
    }

    [Fact]
    public async Task Should_reload_the_files_of_the_node_that_is_asked()
    {
        Configure(recentEvents: 7);
        var reloading = await OwnerAsync("a");

        var changes = await reloading.Client.ReloadAsync();

        changes.Select(change => (change.Stream, string.Join(", ", change.Keys))).ShouldBe(Streams.Select(stream => ((string?)stream, "event_buffer_size")));
        foreach (var stream in Streams)
        {
            var settings = await Proxy.Client.GetSettingsAsync(stream);
            var owner = await OwnerAsync(stream);
            settings.Single(setting => setting.Key == "event_buffer_size").Value.ShouldBe(owner == reloading ? "7" : "100");
        }
    }

    [Fact]
    public async Task Should_say_so_when_a_node_without_streams_is_asked_to_reload() =>
        (await Should.ThrowAsync<InvalidOperationException>(() => Proxy.Client.ReloadAsync())).Message.ShouldBe("This node has no streams: ask one that has.");

    private ClusterNodeHost Proxy => _nodes.All[^1];

    private ClusterNodeHost[] Workers => [.. _nodes.All.SkipLast(1)];

    private void Handle(McpEvent received)
    {
        if (_isBroken)
            throw new IOException("broken");
        _delivered.Add(received);
    }

    private async Task<ClusterNodeHost> OwnerAsync(string stream)
    {
        var node = (await Proxy.Client.GetStatsAsync(stream)).Node;
        return _nodes.All.Single(each => each.Name == node);
    }

    private void Configure(int recentEvents) => System.IO.File.WriteAllText(File, $"""
        [mcp_sse]
        enable = true
        server_url = "{_server.Url}"
        event_buffer_size = {recentEvents}
        {string.Concat(Streams.Select(stream => $"[mcp_sse.servers.{stream}]\n"))}
        """);
}

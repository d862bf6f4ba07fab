using McpSseActors.Testing;

namespace McpSseActors.Cluster.Tests;

/// <summary>Nodes that speak TLS with each other, with certificates of a private authority, as docs/cluster.md sets it up.</summary>
[Trait("Category", "Cluster")]
public sealed class ClusterTlsSpec : IAsyncLifetime
{
    private static readonly string[] Streams = ["a", "b", "c", "d", "e", "f"];

    private readonly SharedPositions _positions = new();
    private readonly Deliveries _delivered = new();
    private readonly CertificateAuthority _authority = new();
    private readonly ClusterNodes _nodes;
    private McpSseTestServer _server = null!;

    public ClusterTlsSpec() => _nodes = new ClusterNodes(AddStreams, network: Tls(_authority, _authority));

    public async Task InitializeAsync() => _server = await McpSseTestServer.StartAsync();

    public async Task DisposeAsync()
    {
        await _nodes.DisposeAsync();
        await _server.DisposeAsync();
        _authority.Dispose();
    }

    [Fact]
    public async Task Should_run_streams_when_nodes_speak_tls()
    {
        await _nodes.StartAsync(2);
        _server.Send("number", "1");

        await _delivered.HaveAsync(Streams, 1);
        foreach (var node in _nodes.All)
        {
            await Eventually.HoldsAsync(async () =>
            {
                var all = await node.McpSse.Ask<AllStats>(new GetAllStats());
                all.Streams.Select(stats => stats.Stream).ShouldBe(Streams);
                all.Streams.Select(stats => stats.Node).Distinct().Count().ShouldBe(2);
            });
        }

        Akka.Cluster.Cluster.Get(_nodes.All[0].System).SelfAddress.Protocol.ShouldBe("akka.ssl.tcp");
    }

    [Fact]
    public async Task Should_let_nobody_in_when_another_authority_signed_the_certificate()
    {
        await _nodes.StartAsync(1);
        using var other = new CertificateAuthority("CN=other");

        await using var stranger = await ClusterNodeHost.StartAsync(Ports.Free(), _nodes.All[0].Port, AddStreams, "", Tls(other, _authority));
        await Eventually.HoldsAsync(() => _nodes.All[0].Log.ShouldContain(line => line.Contains("TLS", StringComparison.Ordinal)));

        _nodes.All[0].UpMembers.ShouldBe(1);
        stranger.UpMembers.ShouldBe(0);
    }

    [Fact]
    public async Task Should_not_start_when_the_seed_nodes_have_the_scheme_without_tls() =>
        (await Should.ThrowAsync<McpSseConfigurationException>(() => ClusterNodeHost.StartAsync(
            Ports.Free(), Ports.Free(), AddStreams, "", Tls(_authority, _authority) with { Scheme = "akka.tcp" })))
            .Message.ShouldContain("does not have the scheme of this node, which is akka.ssl.tcp with TLS");

    private static NodeNetwork Tls(CertificateAuthority own, CertificateAuthority trusted) => new(
        (akka, port) => Examples.ClusterSnippets.Tls(akka, "127.0.0.1", port, own.Issue(), trusted.Certificate), "akka.ssl.tcp");

    private void AddStreams(McpSseBuilder mcp)
    {
        foreach (var stream in Streams)
            mcp.AddStream(new StreamOptions { Name = stream, Enabled = true, ServerUrl = _server.Url.ToString() });
        mcp.AddHandler("*", (McpEvent received) => _delivered.Add(received)).WithDurableDelivery(delivery => delivery.In(() => _positions));
    }
}

using Akka.Cluster.Hosting;
using Akka.Cluster.Sharding;
using Akka.Event;
using Akka.Hosting;
using Akka.Remote.Hosting;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace McpSseActors.Cluster.Tests;

/// <summary>The nodes of a cluster in this process, each a host as users build it.</summary>
internal sealed class ClusterNodes(Action<McpSseBuilder> streams, string hocon = "", NodeNetwork? network = null) : IAsyncDisposable
{
    public const string Role = "streams";
    public const string System = "cluster";

    private readonly List<ClusterNodeHost> _nodes = [];

    public IReadOnlyList<ClusterNodeHost> All => _nodes;

    /// <summary>Starts nodes, one after the other, and waits until all see each other, and each has its share of the streams.</summary>
    public async Task StartAsync(int nodes)
    {
        for (var n = 0; n < nodes; n++)
            await AddAsync(streams);
        await AreUpAsync();
        await Eventually.HoldsAsync(async () =>
        {
            var shards = await Task.WhenAll(_nodes.Select(node => node.CountShardsAsync()));
            shards.Max().ShouldBeInRange(1, shards.Min() + 1);
        });
    }

    /// <summary>Starts nodes that join nobody yet; the last one has the lowest address.</summary>
    public async Task StartAloneAsync(int nodes)
    {
        foreach (var port in Enumerable.Range(0, nodes).Select(_ => Ports.Free()).OrderDescending().ToArray())
            _nodes.Add(await ClusterNodeHost.StartAsync(port, port, streams, hocon, network));
    }

    public Task<ClusterNodeHost> AddAsync() => AddAsync(streams);

    /// <summary>Adds a node without streams.</summary>
    public async Task<ClusterNodeHost> AddProxyAsync()
    {
        var proxy = await AddAsync(null);
        await AreUpAsync();
        return proxy;
    }

    public async Task<ClusterNodeHost> AddAsync(Action<McpSseBuilder>? configure)
    {
        var port = Ports.Free();
        var node = await ClusterNodeHost.StartAsync(port, _nodes.Count == 0 ? port : _nodes[0].Port, configure, hocon, network);
        _nodes.Add(node);
        return node;
    }

    /// <summary>Ends a node as <c>kill -9</c> does.</summary>
    public async Task KillAsync(ClusterNodeHost node)
    {
        _nodes.Remove(node);
        await node.KillAsync();
    }

    /// <summary>Stops a node, which hands over what it has.</summary>
    public async Task LeaveAsync(ClusterNodeHost node)
    {
        _nodes.Remove(node);
        await node.DisposeAsync();
    }

    public Task AreUpAsync() => Eventually.HoldsAsync(() => _nodes.ShouldAllBe(node => node.UpMembers == _nodes.Count));

    public async ValueTask DisposeAsync()
    {
        foreach (var node in _nodes.AsEnumerable().Reverse())
            await node.KillAsync();
    }
}

/// <summary>How nodes reach each other.</summary>
/// <param name="Remoting">Configures remoting at a port.</param>
/// <param name="Scheme">The scheme of the seed nodes; null for none.</param>
internal sealed record NodeNetwork(Action<AkkaConfigurationBuilder, int> Remoting, string? Scheme)
{
    public static readonly NodeNetwork Plain = new((akka, port) => akka.WithRemoting("127.0.0.1", port), "akka.tcp");
}

/// <summary>One node.</summary>
internal sealed class ClusterNodeHost : IAsyncDisposable
{
    private readonly IHost _host;

    private ClusterNodeHost(IHost host, int port)
    {
        (_host, Port) = (host, port);
        System.EventStream.Subscribe(System.ActorOf(Akka.Actor.Props.Create(() => new LogKeeper(Log))), typeof(LogEvent));
    }

    /// <summary>What it logs, warnings and worse.</summary>
    public ConcurrentQueue<string> Log { get; } = new();

    public int Port { get; }

    public string Name => $"127.0.0.1:{Port}";

    public IMcpSseClient Client => _host.Services.GetRequiredService<IMcpSseClient>();

    public IActorRef McpSse => _host.Services.GetRequiredService<IRequiredActor<McpSse>>().ActorRef;

    public HealthCheckService Health => _host.Services.GetRequiredService<HealthCheckService>();

    public ActorSystem System => _host.Services.GetRequiredService<ActorSystem>();

    public void Join(ClusterNodeHost other) => Akka.Cluster.Cluster.Get(System).Join(Akka.Cluster.Cluster.Get(other.System).SelfAddress);

    public int UpMembers => Akka.Cluster.Cluster.Get(System).State.Members.Count(member => member.Status is Akka.Cluster.MemberStatus.Up);

    public async Task<int> CountShardsAsync() =>
        (await ClusterSharding.Get(System).ShardRegion("mcp-sse").Ask<CurrentShardRegionState>(GetShardRegionState.Instance)).Shards.Count;

    public static async Task<ClusterNodeHost> StartAsync(int port, int seed, Action<McpSseBuilder>? streams, string hocon, NodeNetwork? network = null)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddMcpSseClient();
        builder.Services.AddHealthChecks();
        builder.Services.AddAkka(ClusterNodes.System, akka => Configure(akka, port, seed, streams, hocon, network));
        var host = builder.Build();
        await host.StartAsync();
        return new ClusterNodeHost(host, port);
    }

    /// <summary>Makes an actor system a node; one without streams if there are none.</summary>
    public static void Configure(AkkaConfigurationBuilder akka, int port, int seed, Action<McpSseBuilder>? streams, string hocon = "", NodeNetwork? network = null)
    {
        var (remoting, scheme) = network ?? NodeNetwork.Plain;
        remoting(akka, port);
        akka.WithClustering(new ClusterOptions
        {
            Roles = streams is null ? ["web"] : [ClusterNodes.Role],
            SeedNodes = scheme is null ? [] : [$"{scheme}://{ClusterNodes.System}@127.0.0.1:{seed}"],
        });
        if (streams is null)
            akka.WithMcpSseClusterProxy(ClusterNodes.Role);
        else
            akka.WithMcpSseCluster(streams, new McpSseClusterOptions { Role = ClusterNodes.Role });
        akka.WithAkkaClusterReadinessCheck(tags: ["ready"]).WithMcpSseHealthCheck();
        akka.AddHocon("""
            akka.loglevel = WARNING
            akka.stdout-loglevel = OFF
            akka.loggers = []
            akka.cluster {
              gossip-interval = 100ms
              leader-actions-interval = 100ms
              unreachable-nodes-reaper-interval = 100ms
              failure-detector.heartbeat-interval = 200ms
              failure-detector.acceptable-heartbeat-pause = 2s
              split-brain-resolver.stable-after = 1s
              sharding.waiting-for-state-timeout = 1s
              sharding.distributed-data.gossip-interval = 200ms
            }
            akka.coordinated-shutdown.run-by-actor-system-terminate = off

            """ + hocon, HoconAddMode.Prepend);
    }

    public async Task KillAsync()
    {
        await System.Terminate();
        _host.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await _host.StopAsync();
        _host.Dispose();
    }

    private sealed class LogKeeper : ReceiveActor
    {
        public LogKeeper(ConcurrentQueue<string> log) => Receive<LogEvent>(line => log.Enqueue($"{line.Message} {line.Cause?.Message}"));
    }
}

using Akka.Cluster.Hosting;
using Akka.Hosting;
using Akka.Remote.Hosting;
using McpSseActors.Cluster;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;

namespace McpSseActors.Tests.Cluster;

/// <summary>The nodes of a cluster in this process, each a host as users build it.</summary>
internal sealed class ClusterNodes(Action<McpSseBuilder> streams, string hocon = "") : IAsyncDisposable
{
    public const string Role = "streams";
    public const string System = "cluster";

    private readonly List<ClusterNodeHost> _nodes = [];

    public IReadOnlyList<ClusterNodeHost> All => _nodes;

    /// <summary>Starts nodes, one after the other, and waits until all see each other.</summary>
    public async Task StartAsync(int nodes)
    {
        for (var n = 0; n < nodes; n++)
            await AddAsync(streams);
        await AreUpAsync();
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
        var node = await ClusterNodeHost.StartAsync(port, _nodes.Count == 0 ? port : _nodes[0].Port, configure, hocon);
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

/// <summary>One node.</summary>
internal sealed class ClusterNodeHost(IHost host, int port) : IAsyncDisposable
{
    public int Port => port;

    public string Name => $"127.0.0.1:{port}";

    public IMcpSseClient Client => host.Services.GetRequiredService<IMcpSseClient>();

    public IActorRef McpSse => host.Services.GetRequiredService<IRequiredActor<McpSse>>().ActorRef;

    public ActorSystem System => host.Services.GetRequiredService<ActorSystem>();

    public int UpMembers => Akka.Cluster.Cluster.Get(System).State.Members.Count(member => member.Status is Akka.Cluster.MemberStatus.Up);

    public static async Task<ClusterNodeHost> StartAsync(int port, int seed, Action<McpSseBuilder>? streams, string hocon)
    {
        var builder = Host.CreateApplicationBuilder(new HostApplicationBuilderSettings { DisableDefaults = true });
        builder.Services.AddMcpSseClient();
        builder.Services.AddAkka(ClusterNodes.System, akka => Configure(akka, port, seed, streams, hocon));
        var host = builder.Build();
        await host.StartAsync();
        return new ClusterNodeHost(host, port);
    }

    /// <summary>Makes an actor system a node; one without streams if there are none.</summary>
    public static void Configure(AkkaConfigurationBuilder akka, int port, int seed, Action<McpSseBuilder>? streams, string hocon = "")
    {
        akka.WithRemoting("127.0.0.1", port)
            .WithClustering(new ClusterOptions
            {
                Roles = streams is null ? ["web"] : [ClusterNodes.Role],
                SeedNodes = [$"akka.tcp://{ClusterNodes.System}@127.0.0.1:{seed}"],
            });
        if (streams is null)
            akka.WithMcpSseClusterProxy(ClusterNodes.Role);
        else
            akka.WithMcpSseCluster(streams, new McpSseClusterOptions { Role = ClusterNodes.Role });
        akka.AddHocon(hocon + """

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
            """, HoconAddMode.Prepend);
    }

    public async Task KillAsync()
    {
        await System.Terminate();
        host.Dispose();
    }

    public async ValueTask DisposeAsync()
    {
        await host.StopAsync();
        host.Dispose();
    }
}

using Akka;
using Akka.Actor;
using Akka.Cluster.Sharding;
using Akka.Configuration;
using Akka.Event;
using Akka.Hosting;
using McpSseActors.Actors;
using McpSseActors.Cluster.Entities;
using McpSseActors.Cluster.Front;
using McpSseActors.Cluster.Start;
using McpSseActors.Hosting;

namespace McpSseActors.Cluster;

/// <summary>Runs streams on the nodes of a cluster, and asks for them from any node.</summary>
public static class McpSseClusterExtensions
{
    // Sharding takes 5 s of it for itself; and the end of a stream waits for its last position to be saved.
    internal static readonly TimeSpan Margin = TimeSpan.FromSeconds(8);

    private static readonly TimeSpan LongestMove = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan LongestDrain = TimeSpan.FromSeconds(10);

    private const string DrainPhase = "mcp-sse-drain";
    private const string MovesPhase = "mcp-sse-moves";

    /// <summary>
    /// Runs the streams of the cluster together with the other nodes that call this: each stream on one node at a time. Call it beside
    /// <c>WithRemoting</c> and <c>WithClustering</c>, in place of <c>WithMcpSse</c>, with the same streams and handlers on every node.
    /// <c>IRequiredActor&lt;McpSse&gt;</c> and <c>IMcpSseClient</c> then answer for the streams of all nodes. A node that leaves hands its streams
    /// over; those of one that fails resume elsewhere from their stored positions. HOCON that you prepend after this call overrides the profile.
    /// </summary>
    /// <param name="builder">The actor system's builder, from <c>AddAkka</c>.</param>
    /// <param name="configure">Names the streams and handlers, and with <c>WithDurableDelivery</c> a store of positions that all nodes share.</param>
    /// <param name="options">The role of the nodes, and how soon a failure is noticed; null for the defaults.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="McpSseConfigurationException">The configuration is faulty; names every fault. Also thrown when the host starts.</exception>
    /// <exception cref="InvalidOperationException">The actor system has streams already.</exception>
    public static AkkaConfigurationBuilder WithMcpSseCluster(
        this AkkaConfigurationBuilder builder, Action<McpSseBuilder> configure, McpSseClusterOptions? options = null)
    {
        ArgumentNullException.ThrowIfNull(configure);
        var cluster = options ?? new McpSseClusterOptions();
        return builder
            .WithStreams(configure, HandOverPhase, (system, registry, setup) => StartAsync(system, registry, setup, cluster))
            .WithProfile(cluster.Profile);
    }

    /// <summary>
    /// Lets a node without streams ask for those of the cluster: <c>IRequiredActor&lt;McpSse&gt;</c> and <c>IMcpSseClient</c> answer as on the nodes
    /// that run them. Call it beside <c>WithRemoting</c> and <c>WithClustering</c>.
    /// </summary>
    /// <param name="builder">The actor system's builder, from <c>AddAkka</c>.</param>
    /// <param name="options">As on the nodes that run streams; <see cref="McpSseClusterOptions.Role"/> is needed.</param>
    /// <returns>The builder.</returns>
    /// <exception cref="InvalidOperationException">The actor system has streams already.</exception>
    /// <exception cref="McpSseConfigurationException">Thrown when the host starts: an option is faulty, or the node has the role itself.</exception>
    public static AkkaConfigurationBuilder WithMcpSseClusterProxy(this AkkaConfigurationBuilder builder, McpSseClusterOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentException.ThrowIfNullOrEmpty(options.Role);
        builder.RefuseSecondCall();
        return builder.WithReference().WithProfile(options.Profile).WithActors((system, registry, _) =>
        {
            ClusterStartCheck.Run(system, options, isProxy: true);
            var shards = new StreamShards(options.Shards);
            var region = system.ActorOf(StreamRegion.Props(StartRegionAsync, ActorRefs.Nobody), StreamRegion.Name);
            var front = new FrontSetup(NodeOf(system), options.Role, region, ActorRefs.Nobody);
            registry.Register<McpSse>(system.ActorOf(ClusterFront.Props(front), FrontSetup.Name));

            async Task<IActorRef> StartRegionAsync() =>
                await ClusterSharding.Get(system).StartProxyAsync(StreamShards.Region, options.Role, shards).ConfigureAwait(false);
        });
    }

    /// <summary>As <see cref="WithMcpSseClusterProxy(AkkaConfigurationBuilder, McpSseClusterOptions)"/>, with the defaults.</summary>
    /// <param name="builder">The actor system's builder, from <c>AddAkka</c>.</param>
    /// <param name="role">The role of the nodes that run streams.</param>
    /// <returns>The builder.</returns>
    public static AkkaConfigurationBuilder WithMcpSseClusterProxy(this AkkaConfigurationBuilder builder, string role) =>
        builder.WithMcpSseClusterProxy(new McpSseClusterOptions { Role = role });

    private static async Task StartAsync(ActorSystem system, IActorRegistry registry, McpSseSetup setup, McpSseClusterOptions options)
    {
        ClusterStartCheck.Run(system, options);
        if (ClusterStartCheck.Advice(system.Settings.Config) is { } advice)
            Logging.GetLogger(system, LogSources.Manager).Warning("{Advice}", advice);
        var name = NodeOf(system);
        var freezes = new FreezeWatch(options.FreezeLimit, TimeProvider.System);
        IPositionStore? positions = null;
        var placed = setup with
        {
            Placement = new Placement(name, freezes),
            OpenPositions = () => positions = ClusterStartCheck.OpenShared(setup.OpenPositions),
            OpenStreams = null,
        };
        var supervisor = system.ActorOf(McpSseHostingExtensions.SupervisorProps(placed, system), FrontSetup.SupervisorName);
        var (sharding, settings) = (ClusterSharding.Get(system), SettingsOf(system, options));
        var self = Akka.Cluster.Cluster.Get(system).SelfAddress;
        var allocation = new StreamAllocation(sharding.DefaultShardAllocationStrategy(settings), self, TimeProvider.System);
        var keeper = system.ActorOf(StreamKeeper.Props(supervisor, options.Role, name, options.Shards, allocation), StreamKeeper.Name);
        var node = new ClusterNode(name, supervisor, keeper);
        await Rehearsal.RunAsync(positions!).ConfigureAwait(false);
        var shards = new StreamShards(options.Shards);
        var region = system.ActorOf(StreamRegion.Props(StartRegionAsync, keeper), StreamRegion.Name);
        registry.Register<McpSseNode>(supervisor);
        registry.Register<McpSse>(system.ActorOf(ClusterFront.Props(new FrontSetup(name, options.Role, region, supervisor)), FrontSetup.Name));
        LeaveInOrder(system, node, freezes);

        async Task<IActorRef> StartRegionAsync() => await sharding.StartAsync(
            StreamShards.Region, stream => StreamEntity.Props(stream, node), settings, shards, allocation, HandOver.Instance).ConfigureAwait(false);
    }

    // Sharding starts no entity by itself, and ends none that is quiet.
    private static ClusterShardingSettings SettingsOf(ActorSystem system, McpSseClusterOptions options) => ClusterShardingSettings.Create(system)
        .WithRole(options.Role)
        .WithStateStoreMode(StateStoreMode.DData)
        .WithRememberEntities(false)
        .WithPassivateIdleAfter(TimeSpan.Zero);

    // A node that leaves hands its shards over in later phases, which drain each stream: a few shards at a time, and after a while, all that are
    // left. It goes when they run elsewhere. One that was removed stops at once: others have its streams.
    private static void LeaveInOrder(ActorSystem system, ClusterNode node, FreezeWatch freezes)
    {
        var shutdown = CoordinatedShutdown.Get(system);
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeServiceUnbind, "mcp-sse-leave", async () =>
        {
            node.Keeper.Tell(new StopKeeping());
            if (shutdown.ShutdownReason is CoordinatedShutdown.ClusterDowningReason)
                await node.Supervisor.GracefulStop(Margin).ConfigureAwait(ConfigureAwaitOptions.None);
            return Done.Instance;
        });
        shutdown.AddTask(DrainPhase, "mcp-sse-drain", () => AwaitAsync<ShardsMoved>(new AwaitShards(), LongestDrain));
        shutdown.AddTask(MovesPhase, "mcp-sse-moves", () => AwaitAsync<StreamsMoved>(new AwaitMoves(), LongestMove));
        shutdown.AddTask(CoordinatedShutdown.PhaseBeforeActorSystemTerminate, "mcp-sse-freezes", () =>
        {
            freezes.Dispose();
            return Task.FromResult(Done.Instance);
        });

        async Task<Done> AwaitAsync<TReply>(object request, TimeSpan limit)
        {
            if (shutdown.ShutdownReason is not CoordinatedShutdown.ClusterDowningReason)
                await ((Task)node.Keeper.Ask<TReply>(request, limit)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            return Done.Instance;
        }
    }

    // The phase, and each shard's time within it, must outlast the end of every stream, also of one that gets a longer shutdown_timeout later: after
    // it, the stream starts elsewhere. No longer: if a node fails while it hands over, the others wait for that time.
    private static string HandOverPhase(AkkaConfigurationBuilder builder, McpSseSetup setup)
    {
        var longest = McpSseHostingExtensions.LongestDrain(builder, setup, TimeSpan.Zero);
        if (longest == TimeSpan.Zero)
            longest = Margin;
        var drain = longest + Margin;
        return $"""
            {McpSseHostingExtensions.LimitOf(longest)}
            akka.cluster.sharding.handoff-timeout = {(long)drain.TotalMilliseconds}ms
            akka.coordinated-shutdown.phases.{DrainPhase}.timeout = {(long)(2 * LongestDrain).TotalMilliseconds}ms
            akka.coordinated-shutdown.phases.{DrainPhase}.depends-on = [service-stop]
            akka.coordinated-shutdown.phases.cluster-sharding-shutdown-region.depends-on = [{DrainPhase}]
            akka.coordinated-shutdown.phases.cluster-sharding-shutdown-region.timeout = {(long)(drain + Margin).TotalMilliseconds}ms
            akka.coordinated-shutdown.phases.{MovesPhase}.timeout = {(long)(2 * LongestMove).TotalMilliseconds}ms
            akka.coordinated-shutdown.phases.{MovesPhase}.depends-on = [cluster-sharding-shutdown-region]
            akka.coordinated-shutdown.phases.cluster-leave.depends-on = [{MovesPhase}]
            """;
    }

    // WithClustering adds the defaults of Akka as HOCON of the host: what is appended would be below them.
    private static AkkaConfigurationBuilder WithProfile(this AkkaConfigurationBuilder builder, McpSseClusterProfile profile)
    {
        var assembly = typeof(McpSseClusterExtensions).Assembly;
        if (profile is McpSseClusterProfile.Fast)
            builder.AddHocon(ConfigurationFactory.FromResource("mcp-sse-cluster-fast.conf", assembly), HoconAddMode.Prepend);
        return builder.AddHocon(ConfigurationFactory.FromResource("mcp-sse-cluster.conf", assembly), HoconAddMode.Prepend);
    }

    private static string NodeOf(ActorSystem system) => NodeNames.Of(Akka.Cluster.Cluster.Get(system).SelfAddress);
}

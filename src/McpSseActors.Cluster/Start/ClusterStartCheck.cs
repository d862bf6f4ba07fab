using System.Collections.Immutable;
using Akka.Actor;
using Akka.Cluster;
using Akka.Configuration;
using McpSseActors.Positions;

namespace McpSseActors.Cluster.Start;

/// <summary>What must hold when a node of a cluster starts.</summary>
internal static class ClusterStartCheck
{
    private const int Fewest = 3;
    private const string Roles = "akka.cluster.roles";
    private const string HandOff = "akka.cluster.sharding.handoff-timeout";

    // The watch looks eight times in this time, which a timer must be able to count.
    private static readonly TimeSpan ShortestFreeze = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LongestFreeze = TimeSpan.FromDays(1);

    /// <param name="system">The actor system of the node.</param>
    /// <param name="options">What its host has set.</param>
    /// <param name="isProxy">Whether the node only asks for streams.</param>
    /// <exception cref="McpSseConfigurationException">Something does not hold; names every fault.</exception>
    public static void Run(ActorSystem system, McpSseClusterOptions options, bool isProxy = false)
    {
        ImmutableArray<ConfigurationFault> faults = ((ExtendedActorSystem)system).Provider is IClusterActorRefProvider
            ? [.. Faults(options), .. Faults(system.Settings.Config, Akka.Cluster.Cluster.Get(system).SelfAddress.Protocol, options.Role, isProxy)]
            : [Fault("akka.actor.provider", "the actor system is not in a cluster", "call WithRemoting and WithClustering too")];
        if (!faults.IsEmpty)
            throw new McpSseConfigurationException(faults);
    }

    /// <summary>What is wrong with the HOCON of a node.</summary>
    public static ImmutableArray<ConfigurationFault> Faults(Config config, string scheme, string? role, bool isProxy) =>
        [.. SeedFaults(config, scheme), .. DowningFaults(config), .. isProxy ? ProxyFaults(config, role) : [.. RoleFaults(config, role), .. DrainFaults(config)]];

    /// <summary>What is wrong with the options.</summary>
    public static IEnumerable<ConfigurationFault> Faults(McpSseClusterOptions options)
    {
        if (options.Shards < 1)
            yield return Option(nameof(options.Shards), $"{options.Shards} is not a number of shards", "use 1 or more: about ten for each node");
        if (!Enum.IsDefined(options.Profile))
            yield return Option(nameof(options.Profile), $"{options.Profile} is not a profile", $"use {string.Join(" or ", Enum.GetNames<McpSseClusterProfile>())}");
        if (options.FreezeLimit < ShortestFreeze || options.FreezeLimit > LongestFreeze)
            yield return Option(nameof(options.FreezeLimit), $"{options.FreezeLimit} is too {(options.FreezeLimit < ShortestFreeze ? "short" : "long")}",
                $"use {ShortestFreeze.TotalMilliseconds} ms to {LongestFreeze.TotalHours} h; the default is 2 s");
    }

    /// <summary>Gets an advice for a cluster that works, but would not survive, or could become two; null if there is nothing to say.</summary>
    /// <param name="config">The HOCON of the node.</param>
    public static string? Advice(Config config) => config.GetStringList("akka.cluster.seed-nodes", []).Count switch
    {
        2 => $"The cluster has two seed nodes. If it has only these two nodes, one cannot tell a failure of the other from its own, and both may stop: run {Fewest} nodes",
        >= Fewest and var seeds when config.GetInt("akka.cluster.min-nr-of-members", 1) <= seeds / 2 =>
            $"If seed nodes started while they are cut off from the others, they would become a second cluster: set MinimumNumberOfMembers of ClusterOptions to {(seeds / 2) + 1}",
        _ => null,
    };

    /// <summary>Opens the store of positions, and refuses one that the nodes cannot share.</summary>
    /// <exception cref="McpSseConfigurationException">There is none, or it is not shared.</exception>
    public static IPositionStore OpenShared(Func<IPositionStore>? open)
    {
        var store = open?.Invoke();
        var fault = store switch
        {
            null => "a cluster needs stored positions: a stream that moves to another node resumes there",
            FilePositionStore => "the nodes of a cluster cannot share a file of positions",
            DatabasePositionStore { IsLocal: true } => "the nodes of a cluster cannot share a SQLite database",
            _ => null,
        };
        if (fault is null)
            return store!;
        _ = store?.DisposeAsync().AsTask();
        throw new McpSseConfigurationException([new ConfigurationFault(
            "code", null, null, null, fault, "call WithDurableDelivery(delivery => delivery.InDatabase(postgresql))")]);
    }

    // With the wrong scheme, a node tries to join for ever, and logs each try.
    private static IEnumerable<ConfigurationFault> SeedFaults(Config config, string scheme)
    {
        const string key = "akka.cluster.seed-nodes";
        var tls = scheme.Contains("ssl", StringComparison.Ordinal) ? "with TLS" : "without TLS";
        return config.GetStringList(key, []).Where(seed => !seed.StartsWith($"{scheme}://", StringComparison.Ordinal)).Select(seed => Fault(
            key, $"the seed node {seed} does not have the scheme of this node, which is {scheme} {tls}", $"write {scheme}://…"));
    }

    private static IEnumerable<ConfigurationFault> DowningFaults(Config config)
    {
        const string key = "akka.cluster.downing-provider-class";
        if (config.GetString(key, "") is "" or null)
            yield return Fault(key, "nothing removes a node that has failed, so its streams would never run elsewhere",
                "leave the split brain resolver of WithClustering as it is");
    }

    // The stream would still run when sharding starts it elsewhere.
    private static IEnumerable<ConfigurationFault> DrainFaults(Config config)
    {
        const string key = "mcp-sse.shutdown-limit";
        if (config.HasPath(key) && config.HasPath(HandOff) && config.GetTimeSpan(key) + McpSseClusterExtensions.Margin > config.GetTimeSpan(HandOff))
            yield return Fault(key, $"{config.GetTimeSpan(key).TotalSeconds} s is longer than a shard has to move", "set it in HOCON that is added before WithMcpSseCluster");
    }

    private static IEnumerable<ConfigurationFault> RoleFaults(Config config, string? role)
    {
        if (role is not null && !HasRole(config, role))
            yield return Fault(Roles, $"the node does not have the role {role}, so it would run no streams", "add it to ClusterOptions.Roles, or call WithMcpSseClusterProxy");
    }

    // The others would wait for it to start the coordinator of the shards.
    private static IEnumerable<ConfigurationFault> ProxyFaults(Config config, string? role)
    {
        if (HasRole(config, role))
            yield return Fault(Roles, $"the node has the role {role}, but it would run no streams, and could keep the others from running any",
                "leave the role out of its ClusterOptions.Roles, or call WithMcpSseCluster");
    }

    private static bool HasRole(Config config, string? role) => config.GetStringList(Roles, []).Contains(role);

    private static ConfigurationFault Option(string name, string fault, string remedy) => new("code", null, null, $"{nameof(McpSseClusterOptions)}.{name}", fault, remedy);

    private static ConfigurationFault Fault(string key, string fault, string remedy) => new("HOCON", null, null, key, fault, remedy);
}

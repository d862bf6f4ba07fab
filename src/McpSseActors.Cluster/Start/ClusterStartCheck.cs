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

    /// <param name="system">The actor system of the node.</param>
    /// <param name="role">The role that the node must have; null for none.</param>
    /// <exception cref="McpSseConfigurationException">Something does not hold; names every fault.</exception>
    public static void Run(ActorSystem system, string? role)
    {
        var faults = ((ExtendedActorSystem)system).Provider is IClusterActorRefProvider
            ? Faults(system.Settings.Config, role)
            : [Fault("akka.actor.provider", "the actor system is not in a cluster", "call WithRemoting and WithClustering too")];
        if (!faults.IsEmpty)
            throw new McpSseConfigurationException(faults);
    }

    /// <summary>What is wrong with the HOCON of a node.</summary>
    public static ImmutableArray<ConfigurationFault> Faults(Config config, string? role) => [.. SeedFaults(config), .. DowningFaults(config), .. RoleFaults(config, role)];

    /// <summary>Gets an advice for a cluster that works, but would not survive; null if there is nothing to say.</summary>
    public static string? Advice(Config config) => config.GetStringList("akka.cluster.seed-nodes", []).Count == 2
        ? $"The cluster has two seed nodes. If it has only these two nodes, one cannot tell a failure of the other from its own, and both may stop: run {Fewest} nodes"
        : null;

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
    private static IEnumerable<ConfigurationFault> SeedFaults(Config config)
    {
        const string key = "akka.cluster.seed-nodes";
        var isSecure = config.GetBoolean("akka.remote.dot-netty.tcp.enable-ssl", false);
        var scheme = isSecure ? "akka.ssl.tcp" : "akka.tcp";
        return config.GetStringList(key, []).Where(seed => !seed.StartsWith($"{scheme}://", StringComparison.Ordinal)).Select(seed => Fault(
            key, $"the seed node {seed} does not have the scheme of this node, which is {scheme} {(isSecure ? "with" : "without")} TLS", $"write {scheme}://…"));
    }

    private static IEnumerable<ConfigurationFault> DowningFaults(Config config)
    {
        const string key = "akka.cluster.downing-provider-class";
        if (config.GetString(key, "") is "" or null)
            yield return Fault(key, "nothing removes a node that has failed, so its streams would never run elsewhere",
                "leave the split brain resolver of WithClustering as it is");
    }

    private static IEnumerable<ConfigurationFault> RoleFaults(Config config, string? role)
    {
        const string key = "akka.cluster.roles";
        if (role is not null && !config.GetStringList(key, []).Contains(role))
            yield return Fault(key, $"the node does not have the role {role}, so it would run no streams", "add it to ClusterOptions.Roles, or call WithMcpSseClusterProxy");
    }

    private static ConfigurationFault Fault(string key, string fault, string remedy) => new("HOCON", null, null, key, fault, remedy);
}

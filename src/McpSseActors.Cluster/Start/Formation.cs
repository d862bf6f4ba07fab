using Akka.Cluster;

namespace McpSseActors.Cluster.Start;

/// <summary>
/// Says when a cluster has formed. Until a node is up, several nodes can lead, and may disagree on which is the oldest. They soon agree, but Akka's
/// singletons keep what they saw first: the coordinator of the shards could be handed to the wrong node, and be lost when another leaves. A node that
/// has seen this one up no longer leads by itself, so what depends on ages starts once all have.
/// </summary>
internal static class Formation
{
    /// <summary>Whether a node is a full member.</summary>
    public static bool IsUp(ClusterEvent.CurrentClusterState state, UniqueAddress node) =>
        state.Members.Any(member => member.UniqueAddress.Equals(node) && member.Status is MemberStatus.Up);

    /// <summary>Whether all nodes have seen a state. Those on their way out need not; one that is out of reach may still lead.</summary>
    public static bool IsOver(ClusterEvent.CurrentClusterState state) => state.Members
        .Where(member => member.Status is not (MemberStatus.Exiting or MemberStatus.Down or MemberStatus.Removed))
        .All(member => state.SeenBy.Contains(member.Address));
}

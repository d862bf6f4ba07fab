using Akka.Cluster;

namespace McpSseActors.Cluster.Start;

/// <summary>
/// Says when a cluster has formed. While nobody is up yet, several nodes can lead, and number the others by age differently. They agree soon, but Akka's
/// singletons don't take back what they noted before: the coordinator of the shards would be handed to the wrong node, and lost when that leaves.
/// Nobody leads in that way any more who has seen that this node is up: so what depends on ages starts when all have.
/// </summary>
internal static class Formation
{
    /// <summary>Whether a node is a full member.</summary>
    public static bool IsUp(ClusterEvent.CurrentClusterState state, UniqueAddress node) =>
        state.Members.Any(member => member.UniqueAddress.Equals(node) && member.Status is MemberStatus.Up);

    /// <summary>Whether all nodes have seen a state. Those that have ended need not; one that is out of reach may still lead.</summary>
    public static bool IsOver(ClusterEvent.CurrentClusterState state) => state.Members
        .Where(member => member.Status is not (MemberStatus.Exiting or MemberStatus.Down or MemberStatus.Removed))
        .All(member => state.SeenBy.Contains(member.Address));
}

using Akka.Cluster;

namespace McpSseActors.Cluster.Start;

/// <summary>
/// Says when a cluster has formed. While nobody is up yet, several nodes can lead, and number the others by age differently. They agree soon, but Akka's
/// singletons don't take back what they noted before: the coordinator of the shards would be handed to the wrong node, and lost when that leaves.
/// So nothing may start before one state, with everybody up, has been seen by all.
/// </summary>
internal static class Formation
{
    /// <summary>Whether a node is a full member.</summary>
    public static bool IsUp(ClusterEvent.CurrentClusterState state, UniqueAddress node) =>
        state.Members.Any(member => member.UniqueAddress.Equals(node) && member.Status is MemberStatus.Up);

    /// <summary>Whether all nodes agree on who is there, and for how long. Those that are on their way out, or out of reach, do not count.</summary>
    public static bool IsOver(ClusterEvent.CurrentClusterState state) => state.Members
        .Where(member => member.Status is not (MemberStatus.Exiting or MemberStatus.Down or MemberStatus.Removed) && !state.Unreachable.Contains(member))
        .All(member => member.Status is MemberStatus.Up or MemberStatus.Leaving && state.SeenBy.Contains(member.Address));
}

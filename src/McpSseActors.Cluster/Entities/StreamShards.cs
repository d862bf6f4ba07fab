using Akka.Actor;
using Akka.Cluster.Sharding;
using McpSseActors.Cluster.Wire;

namespace McpSseActors.Cluster.Entities;

/// <summary>Says to which entity, and to which shard, a message belongs.</summary>
/// <param name="shards">The number of shards.</param>
internal sealed class StreamShards(int shards) : HashCodeMessageExtractor(shards)
{
    /// <summary>The name of the region.</summary>
    public const string Region = "mcp-sse";

    /// <summary>The region of this node; nobody if it has not been started.</summary>
    public static IActorRef FindRegion(ActorSystem system)
    {
        var sharding = ClusterSharding.Get(system);
        return sharding.ShardTypeNames.Contains(Region) ? sharding.ShardRegion(Region) : ActorRefs.Nobody;
    }

    public override string? EntityId(object message) => (message as ToStream)?.Stream;

    public override object? EntityMessage(object message) => (message as ToStream)?.Message;
}

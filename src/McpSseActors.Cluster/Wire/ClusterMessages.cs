using System.Collections.Immutable;
using Akka.Actor;

namespace McpSseActors.Cluster.Wire;

/// <summary>Marks what nodes of a cluster send each other.</summary>
internal interface IClusterMessage;

/// <summary>Anyone to the shards: a message for a stream, wherever it runs. On the same node, it carries what stays in the process, too.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Message">A request of the library, or one of those below.</param>
internal sealed record ToStream(string Stream, object Message) : IClusterMessage, INoSerializationVerificationNeeded
{
    /// <summary>Gets until when it is sent again if nobody got it, on the clock of the scheduler. It stays in the process.</summary>
    public TimeSpan? Until { get; init; }
}

/// <summary>Keeper to entity: run, and stay. Reply: <see cref="StreamKept"/> or <see cref="StreamUnknown"/>.</summary>
internal sealed record KeepOpen : IClusterMessage;

/// <summary>In place of a request that cannot be sent to another process.</summary>
/// <param name="Request">Its type.</param>
internal sealed record StaysInProcess(string Request) : IClusterMessage;

/// <summary>Entity to keeper, and to the keeper of the node that the stream has left: the stream runs.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Node">Where.</param>
/// <param name="Fingerprint">What its definition there comes to.</param>
internal sealed record StreamKept(string Stream, string Node, string Fingerprint) : IClusterMessage;

/// <summary>Entity to keeper: the node to which the stream belongs does not configure it.</summary>
/// <param name="Stream">The stream.</param>
/// <param name="Node">The node.</param>
internal sealed record StreamUnknown(string Stream, string Node) : IClusterMessage;

/// <summary>Entity to keeper, and to the keeper of another node: the stream ends here, and must run elsewhere.</summary>
/// <param name="Stream">The stream.</param>
internal sealed record StreamLeft(string Stream) : IClusterMessage;

/// <summary>Keeper to keepers: my node is about to leave.</summary>
internal sealed record NodeLeaves : IClusterMessage;

/// <summary>Keeper to the acting keeper: what its node configures.</summary>
/// <param name="Node">The node.</param>
/// <param name="Digest">Differs if any definition does.</param>
/// <param name="Shards">How many shards it divides streams into; null from a version that does not say.</param>
internal sealed record DefinitionsDigest(string Node, string Digest, int? Shards = null) : IClusterMessage;

/// <summary>Acting keeper to keeper: the digest differs; send the definitions. Reply: <see cref="DefinitionsPage"/>s.</summary>
internal sealed record SendDefinitions : IClusterMessage;

/// <summary>Keeper to acting keeper: some of its definitions.</summary>
/// <param name="Node">The node.</param>
/// <param name="Fingerprints">By name.</param>
/// <param name="IsFirst">Whether it is the first page.</param>
/// <param name="IsLast">Whether it is the last page.</param>
internal sealed record DefinitionsPage(string Node, ImmutableSortedDictionary<string, string> Fingerprints, bool IsFirst, bool IsLast) : IClusterMessage;

/// <summary>Front to front: tell me of the streams on your node. Reply: a <see cref="NodeState"/> for each, and for each change.</summary>
/// <param name="IsAnew">Whether the sender has heard nothing yet.</param>
internal sealed record FollowStates(bool IsAnew) : IClusterMessage
{
    /// <summary>Gets whether to tell once more of the streams that run there, because a message may have been lost.</summary>
    public bool IsRefresh { get; init; }
}

/// <summary>Front to front: the state of a stream.</summary>
/// <param name="Node">The node of the sender.</param>
/// <param name="Change">The last change.</param>
/// <param name="IsHere">Whether the stream runs there; otherwise it is only configured.</param>
internal sealed record NodeState(string Node, StreamStateChanged Change, bool IsHere) : IClusterMessage;

/// <summary>Front to front: the statistics of your streams. Reply: a <see cref="NodeStats"/> for each, and <see cref="NodeStatsEnd"/>.</summary>
internal sealed record GetNodeStats : IClusterMessage;

/// <summary>The statistics of one stream.</summary>
internal sealed record NodeStats(StreamStats Stats) : IClusterMessage;

/// <summary>The last answer to <see cref="GetNodeStats"/>.</summary>
/// <param name="Node">The node.</param>
/// <param name="Missing">For earlier versions, which write the streams that did not answer there. Nobody reads it.</param>
internal sealed record NodeStatsEnd(string Node, ImmutableArray<string> Missing) : IClusterMessage;

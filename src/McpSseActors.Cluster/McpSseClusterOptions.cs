namespace McpSseActors.Cluster;

/// <summary>Says where the streams of a cluster run, and how soon a node that fails is noticed. The same on every node.</summary>
public sealed record McpSseClusterOptions
{
    /// <summary>Gets the role of the nodes that run streams. Default: null, every node of the cluster.</summary>
    public string? Role { get; init; }

    /// <summary>Gets the settings of failure detection. Default: <see cref="McpSseClusterProfile.Fast"/>.</summary>
    public McpSseClusterProfile Profile { get; init; } = McpSseClusterProfile.Fast;

    /// <summary>
    /// Gets the number of shards, which streams are divided into by their names, and which move as a whole, one after the other. Default: 30, for about
    /// three nodes: about ten times the number of nodes is enough, and the more there are, the longer the streams of a node that leaves are silent. It
    /// must be the same on every node, also on proxies; to change it, stop the whole cluster first.
    /// </summary>
    public int Shards { get; init; } = 30;

    /// <summary>
    /// Gets how long the process must not have run (a paused container, a machine that slept) until events wait for the store to confirm that no other
    /// node has the stream. A clock that is set forward by more counts too: each stream then connects again once, and nothing is lost if its server
    /// sends events again. Default: 2 seconds; from 100 ms to 24 hours.
    /// </summary>
    public TimeSpan FreezeLimit { get; init; } = TimeSpan.FromSeconds(2);
}

/// <summary>How soon a node that fails is noticed.</summary>
public enum McpSseClusterProfile
{
    /// <summary>For nodes in one network: streams of a killed node run elsewhere within seconds. A node that pauses for 4 seconds may be removed.</summary>
    Fast,

    /// <summary>Akka's own settings, for slow or unreliable networks: it takes about a minute.</summary>
    Default,
}

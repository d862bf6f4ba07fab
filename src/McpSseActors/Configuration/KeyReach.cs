namespace McpSseActors.Configuration;

/// <summary>How far a change of a key goes while its stream runs.</summary>
internal enum KeyReach
{
    /// <summary>Counts for a stream that is new: it says where a stream begins.</summary>
    Start,

    /// <summary>Counts at once, and the connection is not touched.</summary>
    Stream,

    /// <summary>Counts from the next loss on; a stream that waits or failed tries at once.</summary>
    Retry,

    /// <summary>Needs a new connection.</summary>
    Connection,
}

namespace McpSseActors;

/// <summary>What becomes of an event that a server repeats after a reconnect.</summary>
public enum DuplicateEvents
{
    /// <summary>It is dropped, and counted as <c>duplicate</c>.</summary>
    Drop,

    /// <summary>It is delivered like any other event: for a server that uses its IDs again.</summary>
    Deliver,

    /// <summary>It is delivered, with <see cref="McpEvent.Redelivered"/> set.</summary>
    Mark,
}

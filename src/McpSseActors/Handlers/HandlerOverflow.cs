namespace McpSseActors;

/// <summary>What happens when events come faster than a handler handles them.</summary>
public enum HandlerOverflow
{
    /// <summary>The stream waits for the handler, and so does the server; nothing is lost.</summary>
    BackPressure,

    /// <summary>The stream does not wait: events queue up, and when the queue is full, the oldest is dropped and counted.</summary>
    DropOldest,

    /// <summary>The stream does not wait: events queue up, and when the queue is full, what comes is dropped and counted.</summary>
    DropNewest,
}

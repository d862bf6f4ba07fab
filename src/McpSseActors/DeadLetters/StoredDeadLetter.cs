namespace McpSseActors;

/// <summary>An event that a handler could not handle, kept until somebody retries or discards it.</summary>
public sealed record StoredDeadLetter : IMcpSseMessage
{
    /// <summary>Gets its ID: a GUID of version 7 as text, so that IDs sort by time.</summary>
    public required string Id { get; init; }

    /// <summary>Gets the event.</summary>
    public required McpEvent Event { get; init; }

    /// <summary>Gets the name of the handler that failed; empty if the payload did not fit its mapped type.</summary>
    public required string Handler { get; init; }

    /// <summary>Gets the type of the last exception and its message, without the stream's secrets.</summary>
    public required string Fault { get; init; }

    /// <summary>Gets how often the handler had the event.</summary>
    public required int Attempts { get; init; }

    /// <summary>Gets when the handler failed first, UTC.</summary>
    public required DateTimeOffset FirstFailedAt { get; init; }

    /// <summary>Gets when the event was given up, UTC.</summary>
    public required DateTimeOffset GivenUpAt { get; init; }

    /// <summary>Gets whether a retry is requested: the handler gets the event again when its stream starts, or within 30 s.</summary>
    public bool IsRetryRequested { get; init; }

    /// <summary>Gets what it takes of the size that dead letters may have, in bytes.</summary>
    internal long Size => Event.Size + sizeof(char) * (Handler.Length + Fault.Length);
}

namespace McpSseActors.Actors;

/// <summary>Host to supervisor to streams: stop reading, let what is in flight be handled. Reply: <see cref="ShutDownCompleted"/>.</summary>
/// <param name="Reason">Why, in words for an operator.</param>
internal sealed record ShutDown(string Reason) : IPipelineMessage
{
    /// <summary>The end of all streams.</summary>
    public static readonly ShutDown Instance = new("the host shuts down");

    /// <summary>The end of one.</summary>
    public static readonly ShutDown Removal = new("removed");
}

/// <summary>Supervisor to stream: answer what was asked, and stop.</summary>
internal sealed record EndStream : IPipelineMessage
{
    public static readonly EndStream Instance = new();
}

/// <summary>Everything in flight is handled, or its time is over.</summary>
/// <param name="Unhandled">Events whose handling had not ended.</param>
internal sealed record ShutDownCompleted(long Unhandled) : IPipelineMessage;

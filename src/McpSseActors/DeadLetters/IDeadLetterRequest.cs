namespace McpSseActors.DeadLetters;

/// <summary>A request about dead letters.</summary>
internal interface IDeadLetterRequest : IMcpSseMessage
{
    /// <summary>Gets what selects letters.</summary>
    DeadLetterFilter Filter { get; }
}

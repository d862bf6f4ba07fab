namespace McpSseActors;

/// <summary>Selects dead letters: those for which all of its properties hold. A property that is null selects every letter.</summary>
public sealed record DeadLetterFilter
{
    /// <summary>Selects every letter.</summary>
    public static readonly DeadLetterFilter All = new();

    /// <summary>Gets the ID, or the beginning of it.</summary>
    public string? Id { get; init; }

    /// <summary>Gets the name of the stream.</summary>
    public string? Stream { get; init; }

    /// <summary>Gets the name of the handler; empty selects events whose payload did not fit.</summary>
    public string? Handler { get; init; }

    /// <summary>Gets the event type, or a pattern: <c>chat.*</c>.</summary>
    public string? EventType { get; init; }

    /// <summary>Gets the first moment at which the letter was given up.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Gets the moment before which the letter was given up.</summary>
    public DateTimeOffset? Until { get; init; }

    /// <summary>Gets whether a retry is requested.</summary>
    public bool? IsRetryRequested { get; init; }

    /// <summary>Checks whether the filter selects a letter.</summary>
    /// <param name="letter">The letter.</param>
    /// <exception cref="FormatException"><see cref="EventType"/> is not a pattern.</exception>
    public bool Matches(StoredDeadLetter letter)
    {
        ArgumentNullException.ThrowIfNull(letter);
        return (Id is null || letter.Id.StartsWith(Id, StringComparison.Ordinal))
            && (Stream is null || letter.Event.Stream == Stream)
            && (Handler is null || letter.Handler == Handler)
            && (Since is null || letter.GivenUpAt >= Since)
            && (Until is null || letter.GivenUpAt < Until)
            && (IsRetryRequested is null || letter.IsRetryRequested == IsRetryRequested)
            && (EventType is null || EventPattern.Parse(EventType).Matches(letter.Event.EventType));
    }

    /// <summary>Says why <see cref="EventType"/> is not a pattern; null if it is one.</summary>
    internal FormatException? FaultOfPattern()
    {
        try
        {
            if (EventType is not null)
                EventPattern.Parse(EventType);
            return null;
        }
        catch (FormatException fault)
        {
            return fault;
        }
    }
}

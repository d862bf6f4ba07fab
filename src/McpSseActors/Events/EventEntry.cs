namespace McpSseActors.Events;

/// <summary>Where an event is in its <see cref="EventBuffer"/>, and what the router found out about it.</summary>
internal struct EventEntry
{
    /// <summary>The number of its type; <see cref="EventTypes.Unnumbered"/> if the event exists as an object.</summary>
    public int Type;

    /// <summary>The offset of its data in the buffer.</summary>
    public int Offset;

    public int DataLength;

    /// <summary>Where the last event ID as of the event begins: after its data, or where an earlier event has it.</summary>
    public int IdOffset;

    /// <summary>The length of the last event ID; zero for none.</summary>
    public int IdLength;

    /// <summary>Whether the ID is the event's own.</summary>
    public bool HasId;

    /// <summary>Whether it is neither a repeat nor excluded by <c>subscribed_events</c>. Set by the router.</summary>
    public bool IsAccepted;

    /// <summary>Whether it was dispatched before, and was sent again after a resume. Set by the router.</summary>
    public bool IsRepeat;

    /// <summary>Whether a handler may have got it before, from this process or a former one. Set by the router.</summary>
    public bool IsRedelivered;
}

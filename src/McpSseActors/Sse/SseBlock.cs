namespace McpSseActors.Sse;

/// <summary>
/// What the lines of a block have said so far. The spans lie in the bytes just received or in the decoder's buffers,
/// which is how an event that arrived in one piece gets by without a copy.
/// </summary>
internal ref struct SseBlock
{
    /// <summary>The event as it will be handed out: built where it lies, for it is too large to be copied for each.</summary>
    public SseEvent Event;

    /// <summary>The ID; it becomes the last event ID at the end of the block.</summary>
    public ReadOnlySpan<byte> Id;

    /// <summary>Tells a block with empty data, which is an event, from one without.</summary>
    public bool HasData;

    /// <summary>The block is too large: skip what is left of it.</summary>
    public bool IsOversized;

    public readonly long Size => (long)Event.Type.Length + Id.Length + Event.Data.Length;

    public readonly bool IsEmpty => Size == 0 && !HasData && !Event.HasId && !IsOversized && Event.RetryMilliseconds is null;

    /// <summary>Begins the next block. The last event ID stays.</summary>
    public void Clear()
    {
        Event.Type = Event.Data = Id = default;
        Event.RetryMilliseconds = null;
        Event.HasId = HasData = IsOversized = false;
    }
}

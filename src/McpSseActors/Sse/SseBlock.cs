namespace McpSseActors.Sse;

/// <summary>
/// The fields of an unfinished block. The spans point into the received bytes or into the decoder's buffers, so that an
/// event that arrived in one piece is not copied.
/// </summary>
internal ref struct SseBlock
{
    /// <summary>
    /// The event that is handed out: built in place, because copying the struct for each event is too slow.
    /// </summary>
    public SseEvent Event;

    /// <summary>The ID; it becomes the last event ID at the end of the block.</summary>
    public ReadOnlySpan<byte> Id;

    /// <summary>Distinguishes a block with empty data, which is an event, from one without data.</summary>
    public bool HasData;

    /// <summary>Whether the block is too large, so that the rest of it is skipped.</summary>
    public bool IsOversized;

    public readonly long Size => (long)Event.Type.Length + Id.Length + Event.Data.Length;

    public readonly bool IsEmpty => Size == 0 && !HasData && !Event.HasId && !IsOversized && Event.RetryMilliseconds is null;

    /// <summary>Starts the next block. The last event ID stays.</summary>
    public void Clear()
    {
        Event.Type = Event.Data = Id = default;
        Event.RetryMilliseconds = null;
        Event.HasId = HasData = IsOversized = false;
    }
}

namespace McpSseActors.Sse;

/// <summary>
/// What the lines of a block have said so far. The spans lie in the bytes just received or in the decoder's buffers,
/// which is how an event that arrived in one piece gets by without a copy.
/// </summary>
internal ref struct SseBlock
{
    public ReadOnlySpan<byte> Type;
    public ReadOnlySpan<byte> Id;
    public ReadOnlySpan<byte> Data;
    public SseBlockFacts Facts;

    public readonly long Size => (long)Type.Length + Id.Length + Data.Length;

    public readonly SseEvent ToEvent() => new()
    {
        Type = Type,
        Data = Data,
        Id = Id,
        HasId = Facts.HasId,
        RetryMilliseconds = Facts.RetryMilliseconds,
    };
}

/// <summary>The part of a block that can be kept between two reads as it is.</summary>
internal struct SseBlockFacts
{
    public bool HasId;

    /// <summary>Tells a block with empty data, which is an event, from one without.</summary>
    public bool HasData;

    /// <summary>The block is too large: skip what is left of it.</summary>
    public bool IsOversized;

    public long? RetryMilliseconds;
}

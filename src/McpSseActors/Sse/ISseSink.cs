namespace McpSseActors.Sse;

/// <summary>Receives the content of a stream, in its order. The spans are valid only during the call.</summary>
internal interface ISseSink
{
    /// <summary>An event was dispatched (WHATWG HTML, 9.2.6).</summary>
    void OnEvent(in SseEvent received);

    /// <summary>An event of an MCP subscription. Only transports that decode events themselves have them.</summary>
    /// <param name="received">The event, which has no ID field; its last event ID is the cursor after it.</param>
    /// <param name="id">Its ID.</param>
    /// <param name="time">When it happened, as the server wrote it.</param>
    /// <param name="trace">Its trace context; empty for none.</param>
    void OnOccurrence(in SseEvent received, ReadOnlySpan<byte> id, ReadOnlySpan<byte> time, ReadOnlySpan<byte> trace)
    {
    }

    /// <summary>
    /// A comment line: everything after its colon, including a space. Valid UTF-8, as in <see cref="SseEvent"/>.
    /// </summary>
    void OnComment(ReadOnlySpan<byte> comment);

    /// <summary>
    /// An event is longer than the limit and is skipped. Called once for it, as soon as that is certain.
    /// </summary>
    void OnOversized();
}

/// <summary>One dispatched event. All spans are valid UTF-8: invalid sequences have been replaced by U+FFFD.</summary>
internal ref struct SseEvent
{
    /// <summary>Gets or sets the type; empty means <c>message</c>.</summary>
    public ReadOnlySpan<byte> Type { get; set; }

    /// <summary>Gets or sets the data, its lines joined by LF.</summary>
    public ReadOnlySpan<byte> Data { get; set; }

    /// <summary>Gets or sets the last event ID as of this event, whichever block set it; empty if there is none.</summary>
    public ReadOnlySpan<byte> LastEventId { get; set; }

    /// <summary>Gets or sets whether the block has a (valid) <c>id</c> field.</summary>
    public bool HasId { get; set; }

    /// <summary>Gets the ID that the block itself carries; meaningful only with <see cref="HasId"/>.</summary>
    public readonly ReadOnlySpan<byte> Id => HasId ? LastEventId : default;

    /// <summary>Gets or sets the reconnection time of the block in milliseconds; null if it has none.</summary>
    public long? RetryMilliseconds { get; set; }
}

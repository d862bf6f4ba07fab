namespace McpSseActors.Sse;

/// <summary>
/// Reads one encoding of events. Pieces of a stream are read in their order, with the same cursor and one at a time.
/// </summary>
internal interface IEventReader
{
    /// <summary>Reads the next bytes of the stream.</summary>
    /// <param name="bytes">The bytes; nothing refers to them afterwards.</param>
    /// <param name="cursor">Is moved to the position after these bytes.</param>
    /// <param name="sink">Receives the events and comment lines. A struct is called without indirection.</param>
    void Read<TSink>(ReadOnlySpan<byte> bytes, StreamCursor cursor, ref TSink sink)
        where TSink : ISseSink;
}

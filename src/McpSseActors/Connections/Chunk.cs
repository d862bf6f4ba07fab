using McpSseActors.Sse;

namespace McpSseActors.Connections;

/// <summary>The number of events that a transport left out, by reason.</summary>
/// <param name="Oversized">Longer than <c>max_event_size</c>.</param>
/// <param name="Malformed">Not JSON-RPC, where nothing else is allowed.</param>
/// <param name="Unwanted">List changes and log messages that were not requested.</param>
internal readonly record struct LeftOut(int Oversized, int Malformed, int Unwanted);

/// <summary>Told once when the events of a chunk are handled, or will not be; from any thread.</summary>
internal interface IReceipt
{
    /// <param name="isHandled">Whether every handler has finished the events; false if they were lost on the way, or a handler has stopped before.</param>
    void Complete(bool isHandled);
}

/// <summary>
/// A piece of a stream, in a buffer of the pool: bytes as the server sent them, or events that the transport has
/// decoded. It is read the same way in both cases. The last owner returns the buffer. The default is the end of the
/// stream.
/// </summary>
/// <param name="buffer">The buffer.</param>
/// <param name="length">
/// The number of bytes in it; zero if the server sent something, but nothing that can be read yet.
/// </param>
/// <param name="reader">
/// Reads these bytes; the same object for all chunks of one connection whose bytes may be cut anywhere.
/// </param>
/// <param name="received">The number of bytes that the server sent for it.</param>
/// <param name="leftOut">What is missing in it.</param>
/// <param name="isProof">Whether it proves the health of the server even without an event.</param>
/// <param name="receipt">Told when its events are handled; null if nobody waits for that.</param>
internal readonly struct Chunk(byte[] buffer, int length, IEventReader reader, int received, LeftOut leftOut = default, bool isProof = false,
    IReceipt? receipt = null)
{
    public Chunk(byte[] buffer, int length, IEventReader reader)
        : this(buffer, length, reader, received: length)
    {
    }

    public bool IsEnd => buffer is null;

    public int Length => length;

    public int Received => received;

    public LeftOut LeftOut => leftOut;

    public bool IsProof => isProof;

    public IReceipt? Receipt => receipt;

    public ReadOnlySpan<byte> Span => buffer.AsSpan(0, length);

    /// <summary>The same, with more bytes that the server sent for it.</summary>
    public Chunk WithMore(int bytes) => new(buffer, length, reader, received + bytes, leftOut, isProof, receipt);

    /// <summary>The same, with somebody who waits until its events are handled.</summary>
    public Chunk With(IReceipt told) => new(buffer, length, reader, received, leftOut, isProof, told);

    /// <summary>Reads the events, and moves the cursor past them.</summary>
    public void Read<TSink>(StreamCursor cursor, ref TSink sink)
        where TSink : ISseSink => reader.Read(Span, cursor, ref sink);

    public void Return()
    {
        if (buffer is not null)
            SharedArrays<byte>.Return(buffer);
    }

    /// <summary>Returns the buffer of a chunk that will not be read.</summary>
    public void Drop()
    {
        Return();
        receipt?.Complete(isHandled: false);
    }
}

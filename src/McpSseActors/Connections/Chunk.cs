using System.Buffers;
using McpSseActors.Sse;

namespace McpSseActors.Connections;

/// <summary>Events that a transport itself had to leave out, by reason.</summary>
/// <param name="Oversized">Longer than <c>max_event_size</c>.</param>
/// <param name="Malformed">No JSON-RPC, where nothing else is allowed.</param>
/// <param name="Unwanted">List changes and log messages that were not asked for.</param>
internal readonly record struct LeftOut(int Oversized, int Malformed, int Unwanted);

/// <summary>
/// Bytes as they came from the network, or the events that a transport found in them, in a buffer of the pool. Whoever has it last gives it back. The
/// default is the end of the stream.
/// </summary>
/// <param name="buffer">The buffer.</param>
/// <param name="length">How much of it counts; zero where the server was heard, but nothing is to be decoded yet.</param>
/// <param name="received">How many bytes the server sent for it.</param>
/// <param name="leftOut">What is missing in it.</param>
/// <param name="isDecoded">Whether they are <see cref="DecodedEvents"/>.</param>
internal readonly struct Chunk(byte[] buffer, int length, int received, LeftOut leftOut = default, bool isDecoded = false)
{
    public Chunk(byte[] buffer, int length)
        : this(buffer, length, length)
    {
    }

    public bool IsEnd => buffer is null;

    public int Length => length;

    public int Received => received;

    public LeftOut LeftOut => leftOut;

    public ReadOnlySpan<byte> Span => buffer.AsSpan(0, length);

    /// <summary>Finds the events; the decoder is that of all chunks of a stream.</summary>
    public void Decode<TSink>(SseDecoder decoder, ref TSink sink)
        where TSink : ISseSink
    {
        if (isDecoded)
            DecodedEvents.Read(Span, decoder, ref sink);
        else
            decoder.Decode(Span, ref sink);
    }

    public void Return()
    {
        if (buffer is { Length: > 0 })
            ArrayPool<byte>.Shared.Return(buffer);
    }
}

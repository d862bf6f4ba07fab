using System.Buffers;

namespace McpSseActors.Connections;

/// <summary>Bytes as they came from the network, in a buffer of the pool. Whoever has it last gives it back.</summary>
internal readonly struct Chunk(byte[] buffer, int length)
{
    public int Length => length;

    public ReadOnlySpan<byte> Span => buffer.AsSpan(0, length);

    public void Return()
    {
        if (buffer is { Length: > 0 })
            ArrayPool<byte>.Shared.Return(buffer);
    }
}

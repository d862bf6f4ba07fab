using System.Runtime.CompilerServices;
using McpSseActors.Sse;

namespace McpSseActors.Soak.Fuzz;

/// <summary>Looks into a decoder: between two calls it may hold one unfinished event and one unfinished line, and no more.</summary>
internal static class DecoderBuffers
{
    /// <summary>A replacement character takes three bytes for one invalid byte.</summary>
    private const int Repair = 3;

    public static void Check(SseDecoder decoder, StreamCursor cursor, int maxEventSize)
    {
        Require("line", Line(decoder).Length, maxEventSize + SseField.LongestPrefix + 1L);
        Require("data and type", (long)Data(decoder).Length + Type(decoder).Length, maxEventSize);
        Require("id", Id(decoder).Length, (long)maxEventSize * Repair);
        Require("last event ID", cursor.LastEventId.Length, (long)maxEventSize * Repair);
        Require("comment", Comment(decoder).Length, 0);
    }

    private static void Require(string what, long length, long most)
    {
        if (length > most)
            throw new FuzzException($"the decoder keeps {length} bytes of {what}, more than {most}");
    }

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_line")]
    private static extern ref PooledBuffer<byte> Line(SseDecoder decoder);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_data")]
    private static extern ref PooledBuffer<byte> Data(SseDecoder decoder);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_type")]
    private static extern ref PooledBuffer<byte> Type(SseDecoder decoder);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_id")]
    private static extern ref PooledBuffer<byte> Id(SseDecoder decoder);

    [UnsafeAccessor(UnsafeAccessorKind.Field, Name = "_comment")]
    private static extern ref PooledBuffer<byte> Comment(SseDecoder decoder);
}

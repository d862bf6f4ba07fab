using System.Collections.Concurrent;

namespace McpSseActors.Events;

/// <summary>
/// Memory for what is kept through many collections. The collector would copy it twice before it counted as old, in pauses that a thousand streams would feel;
/// these arrays it never moves. Those that are given back wait for the next who needs one, up to a bound.
/// </summary>
internal static class KeptMemory
{
    /// <summary>The length of most arrays.</summary>
    public const int Length = 4096;

    private const int MostFree = 1024;

    private static readonly ConcurrentQueue<byte[]> Free = new();

    /// <summary>Gets an array, at least as long, whose content is undefined.</summary>
    public static byte[] Rent(int length)
    {
        if (length != Length)
            return GC.AllocateUninitializedArray<byte>(length);
        return Free.TryDequeue(out var free) ? free : GC.AllocateUninitializedArray<byte>(Length, pinned: true);
    }

    public static void Return(byte[] array)
    {
        if (array.Length == Length && Free.Count < MostFree)
            Free.Enqueue(array);
    }
}

using System.Buffers;

namespace McpSseActors.Sse;

/// <summary>
/// Arrays of the shared pool. It keeps one of each length for every thread and several for every core, which for long ones would be
/// hundreds of megabytes: those are left to the garbage collector.
/// </summary>
internal static class SharedArrays<T>
    where T : unmanaged
{
    /// <summary>The longest array of the pool.</summary>
    public const int Longest = 1024 * 1024;

    public static T[] Rent(int length) => length <= Longest ? ArrayPool<T>.Shared.Rent(length) : GC.AllocateUninitializedArray<T>(length);

    /// <summary>Whether an array that was rented goes back to the pool.</summary>
    public static bool IsShared(T[] array) => array.Length <= Longest;

    public static void Return(T[] array)
    {
        if (array.Length > 0 && IsShared(array))
            ArrayPool<T>.Shared.Return(array);
    }
}

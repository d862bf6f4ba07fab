using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace McpSseActors.Sse;

/// <summary>
/// Items that grow at their end, in arrays of the shared pool. A small array is kept when the buffer is cleared, so
/// that short content costs nothing; a large one is returned, so that no stream keeps the largest one that it ever
/// needed. One that is too large for the pool is used again until the garbage collector takes it.
/// </summary>
/// <param name="least">
/// The length of the first array. With it, that array is as long as the last content was; zero grows step by step.
/// </param>
internal sealed class PooledBuffer<T>(int least = 0)
    where T : unmanaged
{
    public const int LargestKept = 1024;
    public const int LargestExpected = 256 * 1024;

    private T[] _array = [];
    private T[] _kept = [];
    private WeakReference<T[]>? _spare;
    private int _expected;

    public int Length { get; private set; }

    public bool IsEmpty => Length == 0;

    public ReadOnlySpan<T> Written => _array.AsSpan(0, Length);

    public void Append(ReadOnlySpan<T> items)
    {
        items.CopyTo(Reserve(items.Length));
        Length += items.Length;
    }

    public void Append(T item)
    {
        Reserve(1)[0] = item;
        Length++;
    }

    /// <summary>
    /// Gets the space after the content, at least this long; what is written to it counts from <see cref="Advance"/>
    /// on.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public Span<T> Reserve(int count)
    {
        if (_array.Length - Length < count)
            Grow(count);
        return _array.AsSpan(Length);
    }

    public void Advance(int count) => Length += count;

    /// <summary>Whether this is the buffer's content: the same memory, not equal items elsewhere.</summary>
    public bool Holds(ReadOnlySpan<T> items) =>
        items.Length == Length
        && Unsafe.AreSame(ref MemoryMarshal.GetReference(items), ref MemoryMarshal.GetArrayDataReference(_array));

    /// <summary>Makes this the buffer's content. Costs nothing if it already is.</summary>
    public void Hold(ReadOnlySpan<T> items)
    {
        if (Holds(items))
            return;
        Clear();
        Append(items);
    }

    /// <summary>Sets how long the next content will probably be.</summary>
    public void Expect(int length) => _expected = Math.Min(length, LargestExpected);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Clear()
    {
        if (Length > 0)
            Empty();
    }

    /// <summary>Hands the array over to the caller, who returns it to the pool, and starts again without one.</summary>
    public T[] Detach()
    {
        var array = _array;
        if (ReferenceEquals(array, _kept))
            _kept = [];
        Expect(Length);
        _array = _kept;
        Length = 0;
        return array;
    }

    private void Empty()
    {
        if (_array.Length > LargestKept)
            Return(Detach());
        else
            Length = 0;
    }

    private void Grow(int count)
    {
        var wanted = Math.Max(checked(Length + count), (int)Math.Min(2L * _array.Length, Array.MaxLength));
        var expected = wanted > LargestKept || least > 0 ? Math.Max(_expected, least) : 0;
        var larger = Rent(Math.Max(wanted, expected));
        Written.CopyTo(larger);
        if (larger.Length <= LargestKept)
        {
            Return(_kept);
            _kept = larger;
        }
        else if (!ReferenceEquals(_array, _kept))
        {
            Return(_array);
        }

        _array = larger;
    }

    private T[] Rent(int length)
    {
        if (length <= SharedArrays<T>.Longest || _spare is null || !_spare.TryGetTarget(out var spare) || spare.Length < length)
            return SharedArrays<T>.Rent(length);
        _spare = null;
        return spare;
    }

    private void Return(T[] array)
    {
        if (SharedArrays<T>.IsShared(array))
            SharedArrays<T>.Return(array);
        else
            _spare = new WeakReference<T[]>(array);
    }
}

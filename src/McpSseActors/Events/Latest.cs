using System.Collections;

namespace McpSseActors.Events;

/// <summary>The last items that were added, the oldest first. It grows piece by piece, so that what it held before does not become garbage.</summary>
/// <param name="capacity">How many it holds.</param>
internal sealed class Latest<T>(int capacity) : IReadOnlyList<T>
    where T : struct, IEquatable<T>
{
    private const int PieceLength = 64;

    private readonly List<T[]> _pieces = [];
    private int _oldest;

    public int Count { get; private set; }

    public T this[int index] => At((_oldest + index) % capacity);

    public void Add(T item)
    {
        var place = (_oldest + Count) % capacity;
        if (place == _pieces.Count * PieceLength)
            _pieces.Add(new T[PieceLength]);
        At(place) = item;
        if (Count < capacity)
            Count++;
        else
            _oldest = (_oldest + 1) % capacity;
    }

    public bool Contains(T item)
    {
        for (var index = 0; index < Count; index++)
        {
            if (this[index].Equals(item))
                return true;
        }

        return false;
    }

    public void Clear() => (_oldest, Count) = (0, 0);

    public IEnumerator<T> GetEnumerator()
    {
        for (var index = 0; index < Count; index++)
            yield return this[index];
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private ref T At(int place) => ref _pieces[place / PieceLength][place % PieceLength];
}

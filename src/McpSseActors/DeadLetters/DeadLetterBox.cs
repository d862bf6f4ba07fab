namespace McpSseActors.DeadLetters;

/// <summary>Letters in memory, oldest first. Not safe for several threads.</summary>
internal sealed class DeadLetterBox
{
    private readonly SortedDictionary<string, StoredDeadLetter> _letters = new(StringComparer.Ordinal);
    private long _size;

    /// <summary>Gets the letters, oldest first.</summary>
    public IReadOnlyCollection<StoredDeadLetter> Letters => _letters.Values;

    /// <summary>Gets about as many bytes as the letters take in a file, rather more.</summary>
    public long FileSize => _size * 4 / 3 + (_letters.Count * 600L);

    public bool Has(string id) => _letters.ContainsKey(id);

    public void Keep(StoredDeadLetter letter)
    {
        Remove(letter.Id);
        _letters.Add(letter.Id, letter);
        _size += letter.Size;
    }

    public bool Remove(string id)
    {
        if (!_letters.Remove(id, out var letter))
            return false;
        _size -= letter.Size;
        return true;
    }

    /// <summary>Says which letters are beyond the limits.</summary>
    public IReadOnlyList<string> Beyond(DeadLetterLimits limits, DateTimeOffset now)
    {
        var (count, size) = (_letters.Count, _size);
        var beyond = new List<string>();
        foreach (var letter in _letters.Values)
        {
            // The newest letter stays, however large it is.
            var isTooMany = count > limits.MaxCount || (size > limits.MaxSize && count > 1);
            if (!isTooMany && limits.MaxAge == TimeSpan.Zero)
                break;
            if (!isTooMany && letter.GivenUpAt >= now - limits.MaxAge)
                continue;
            beyond.Add(letter.Id);
            count--;
            size -= letter.Size;
        }

        return beyond;
    }

    public IReadOnlyList<StoredDeadLetter> Find(DeadLetterFilter filter, string after, int count) =>
        [.. _letters.Values.Where(letter => string.CompareOrdinal(letter.Id, after) > 0 && filter.Matches(letter)).Take(count)];

    public long Count(DeadLetterFilter filter) => filter == DeadLetterFilter.All ? _letters.Count : _letters.Values.LongCount(filter.Matches);
}

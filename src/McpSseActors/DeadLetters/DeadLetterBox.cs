namespace McpSseActors.DeadLetters;

/// <summary>Letters in memory, oldest first. Not safe for several threads.</summary>
internal sealed class DeadLetterBox
{
    private readonly Dictionary<string, StoredDeadLetter> _letters = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _ids = new(StringComparer.Ordinal);
    private long _size;

    /// <summary>Gets the letters, oldest first.</summary>
    public IEnumerable<StoredDeadLetter> Letters => _ids.Select(id => _letters[id]);

    public bool IsEmpty => _letters.Count == 0;

    /// <summary>Gets the ID that sorts last; null for none.</summary>
    public string? NewestId => _ids.Max;

    /// <summary>Gets about as many bytes as the letters take in a file, rather more.</summary>
    public long FileSize => _size * 4 / 3 + (_letters.Count * 600L);

    public bool Has(string id) => _letters.ContainsKey(id);

    public void Keep(StoredDeadLetter letter)
    {
        Remove(letter.Id);
        _letters.Add(letter.Id, letter);
        _ids.Add(letter.Id);
        _size += letter.Size;
    }

    public bool Remove(string id)
    {
        if (!_letters.Remove(id, out var letter))
            return false;
        _ids.Remove(id);
        _size -= letter.Size;
        return true;
    }

    /// <summary>Says which letters are beyond the limits.</summary>
    public IReadOnlyList<string> Beyond(DeadLetterLimits limits, DateTimeOffset now)
    {
        var (count, size) = (_letters.Count, _size);
        var beyond = new List<string>();
        foreach (var letter in Letters)
        {
            // The newest letter stays, however large it is.
            var isTooMany = count > limits.MaxCount || (size > limits.MaxSize && count > 1);
            if (!isTooMany && limits.MaxAge == TimeSpan.Zero)
                break;
            if (!isTooMany && letter.GivenUpAt >= limits.OldestAt(now))
                continue;
            beyond.Add(letter.Id);
            count--;
            size -= letter.Size;
        }

        return beyond;
    }

    public IReadOnlyList<StoredDeadLetter> Find(DeadLetterFilter filter, string after, int count) =>
        [.. From(filter.Id ?? "", after).Where(filter.Matches).Take(count)];

    public long Count(DeadLetterFilter filter) => filter == DeadLetterFilter.All ? _letters.Count : From(filter.Id ?? "", "").LongCount(filter.Matches);

    // IDs with the same beginning are neighbours.
    private IEnumerable<StoredDeadLetter> From(string beginning, string after)
    {
        var first = string.CompareOrdinal(beginning, after) > 0 ? beginning : after;
        if (_ids.Max is not { } last || string.CompareOrdinal(first, last) > 0)
            return [];
        return _ids.GetViewBetween(first, last)
            .SkipWhile(id => id == after)
            .TakeWhile(id => id.StartsWith(beginning, StringComparison.Ordinal))
            .Select(id => _letters[id]);
    }
}

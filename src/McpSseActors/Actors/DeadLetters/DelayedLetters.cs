namespace McpSseActors.Actors.DeadLetters;

/// <summary>The letters that wait for their store while their streams go on: as many as memory may hold. For those above that, the streams wait.</summary>
internal sealed class DelayedLetters
{
    private const int MostLetters = 1000;
    private const int MostBytes = 16 * 1024 * 1024;

    private readonly Dictionary<string, long> _letters = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>Adds a letter.</summary>
    /// <returns>Whether its stream may go on; false if it is one of them already.</returns>
    public bool Add(StoredDeadLetter letter)
    {
        if (_letters.Count >= MostLetters || _bytes + letter.Size > MostBytes || !_letters.TryAdd(letter.Id, letter.Size))
            return false;
        _bytes += letter.Size;
        return true;
    }

    /// <summary>A letter is kept.</summary>
    public void Remove(StoredDeadLetter letter)
    {
        if (_letters.Remove(letter.Id, out var size))
            _bytes -= size;
    }
}

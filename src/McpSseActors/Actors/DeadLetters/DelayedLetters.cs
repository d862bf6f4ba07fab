namespace McpSseActors.Actors.DeadLetters;

/// <summary>The letters that wait for their store while their streams go on: as many as memory may hold. For those above that, the streams wait.</summary>
internal sealed class DelayedLetters
{
    private const int MostLetters = 1000;
    private const int MostBytes = 16 * 1024 * 1024;

    private readonly HashSet<string> _letters = new(StringComparer.Ordinal);
    private long _bytes;

    /// <summary>Adds a letter.</summary>
    /// <returns>Whether its stream may go on; false if it is one of them already.</returns>
    public bool Add(StoredDeadLetter letter)
    {
        var bytes = letter.Event.Utf8Data.Length + letter.Fault.Length;
        if (_letters.Count >= MostLetters || _bytes + bytes > MostBytes || !_letters.Add(letter.Id))
            return false;
        _bytes += bytes;
        return true;
    }

    /// <summary>They are kept.</summary>
    public void Clear()
    {
        _letters.Clear();
        _bytes = 0;
    }
}

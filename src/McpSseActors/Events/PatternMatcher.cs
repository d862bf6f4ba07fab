namespace McpSseActors.Events;

/// <summary>
/// Matches a pattern with stars in one pass over the type. It follows all ways to match at once, as the bits of a set: bit <c>i</c> says that the
/// first <c>i</c> letters of the pattern have been matched. So no type makes it slow, with any pattern.
/// </summary>
internal sealed class PatternMatcher
{
    private const int BitsPerWord = 64;

    private readonly int _words;
    private readonly string _letters;
    private readonly ulong[] _steps;
    private readonly ulong[] _anyLoops;
    private readonly ulong[] _segmentLoops;
    private readonly int _last;

    public PatternMatcher(string pattern)
    {
        var letters = pattern.Replace("*", "", StringComparison.Ordinal);
        _last = letters.Length;
        _words = (_last / BitsPerWord) + 1;
        _letters = new string([.. letters.Distinct()]);
        _steps = new ulong[_letters.Length * _words];
        _anyLoops = new ulong[_words];
        _segmentLoops = new ulong[_words];
        var position = 0;
        for (var index = 0; index < pattern.Length; index++)
        {
            if (pattern[index] != '*')
                Set(StepsOf(pattern[index]), position++);
            else if (index > 0 && pattern[index - 1] == '*')
                Set(_anyLoops, position);
            else
                Set(_segmentLoops, position);
        }
    }

    public bool Matches(ReadOnlySpan<char> type)
    {
        Span<ulong> reached = stackalloc ulong[_words];
        reached[0] = 1;
        foreach (var letter in type)
        {
            if (!Advance(reached, letter))
                return false;
        }

        return IsSet(reached, _last);
    }

    private bool Advance(Span<ulong> reached, char letter)
    {
        var steps = StepsOf(letter);
        var staysInSegment = letter is '.' or '/' ? 0 : ulong.MaxValue;
        ulong carried = 0, all = 0;
        for (var word = 0; word < reached.Length; word++)
        {
            var before = reached[word];
            var stepped = steps.IsEmpty ? 0 : before & steps[word];
            reached[word] = (stepped << 1) | carried | (before & (_anyLoops[word] | (_segmentLoops[word] & staysInSegment)));
            carried = stepped >> (BitsPerWord - 1);
            all |= reached[word];
        }

        return all != 0;
    }

    // The positions at which the pattern goes on with a letter.
    private Span<ulong> StepsOf(char letter)
    {
        var index = _letters.IndexOf(letter, StringComparison.Ordinal);
        return index < 0 ? [] : _steps.AsSpan(index * _words, _words);
    }

    private static void Set(Span<ulong> bits, int position) => bits[position / BitsPerWord] |= 1UL << (position % BitsPerWord);

    private static bool IsSet(ReadOnlySpan<ulong> bits, int position) => (bits[position / BitsPerWord] & (1UL << (position % BitsPerWord))) != 0;
}

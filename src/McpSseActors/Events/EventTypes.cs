using System.Text;

namespace McpSseActors.Events;

/// <summary>Gives one string for each event type, so that a stream of a million events has a dozen of them. Bounded.</summary>
internal sealed class EventTypes(int capacity)
{
    /// <summary>The type of a block without one (WHATWG HTML, 9.2.6).</summary>
    public const string Default = "message";

    private const int LongestShared = 256;

    private readonly HashSet<string> _known = new(StringComparer.Ordinal);

    /// <summary>The string of a type.</summary>
    /// <param name="utf8">Valid UTF-8; empty is <see cref="Default"/>.</param>
    public string Get(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length == 0)
            return Default;
        if (utf8.Length > LongestShared)
            return Encoding.UTF8.GetString(utf8);

        Span<char> decoded = stackalloc char[LongestShared];
        var type = decoded[..Encoding.UTF8.GetChars(utf8, decoded)];
        if (_known.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(type, out var known))
            return known;

        known = type.ToString();
        if (_known.Count < capacity)
            _known.Add(known);
        return known;
    }
}

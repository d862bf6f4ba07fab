using System.Text;

namespace McpSseActors.Dashboard.Api;

/// <summary>An event as it is shown.</summary>
/// <param name="Stream">The stream that it came by.</param>
/// <param name="Sequence">Its number: unique and ascending within the stream, since the host started.</param>
/// <param name="Type">Its type.</param>
/// <param name="Id">Its ID; null if it has none.</param>
/// <param name="Timestamp">When it was received, UTC.</param>
/// <param name="Length">The length of its data in bytes.</param>
/// <param name="Data">Its data, as it came, or the beginning; null for a user who may not see it.</param>
/// <param name="Truncated">True if more follows; otherwise null.</param>
/// <param name="Redelivered">True if it may be a repeat; otherwise null.</param>
internal sealed record ShownEvent(
    string Stream, long Sequence, string Type, string? Id, DateTimeOffset Timestamp, int Length, string? Data, bool? Truncated, bool? Redelivered)
{
    /// <summary>So much of the data is shown in a list, in bytes.</summary>
    public const int Usual = 4096;

    // A type or an ID is a few words long, unless a server plays tricks.
    private const int LongestName = 1024;

    /// <summary>Shows an event.</summary>
    /// <param name="sequence">Its number.</param>
    /// <param name="received">The event.</param>
    /// <param name="length">So much of its data is shown, in bytes; null for none.</param>
    public static ShownEvent Of(long sequence, McpEvent received, int? length) => new(
        received.Stream, sequence, Cut(received.EventType), received.EventId is { } id ? Cut(id) : null, received.Timestamp, received.Utf8Data.Length,
        length is { } most ? Beginning(received.Utf8Data.Span, most) : null,
        received.Utf8Data.Length > length ? true : null,
        received.Redelivered ? true : null);

    /// <summary>Whether an event contains a text, in any case: in its type or ID, or in its data.</summary>
    public static bool Contains(McpEvent received, string text) =>
        received.EventType.Contains(text, StringComparison.OrdinalIgnoreCase)
        || received.EventId?.Contains(text, StringComparison.OrdinalIgnoreCase) is true
        || Encoding.UTF8.GetString(received.Utf8Data.Span).Contains(text, StringComparison.OrdinalIgnoreCase);

    /// <summary>The beginning of a text, to the end of a character.</summary>
    public static string Beginning(ReadOnlySpan<byte> utf8, int most)
    {
        var length = Math.Min(most, utf8.Length);
        while (length < utf8.Length && length > 0 && (utf8[length] & 0xC0) == 0x80)
            length--;
        return Encoding.UTF8.GetString(utf8[..length]);
    }

    private static string Cut(string name) => name.Length <= LongestName ? name : name[..(LongestName - 1)] + "…";
}

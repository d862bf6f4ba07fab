using System.Buffers;
using System.Globalization;
using System.Text;

namespace McpSseActors.Telemetry;

/// <summary>Prepares text of a server for a log line: what a terminal obeys is escaped, and what is long is cut.</summary>
internal static class LogText
{
    // Control characters (C0, DEL, C1), line and paragraph separators, and what turns the direction of text.
    private static readonly SearchValues<char> Unsafe = SearchValues.Create(
        [.. Enumerable.Range(0, 0xA0).Select(c => (char)c).Where(char.IsControl),
            .. "\u061C\u200E\u200F\u2028\u2029\u202A\u202B\u202C\u202D\u202E\u2066\u2067\u2068\u2069"]);

    private const int LongestName = 200;
    private const int LongestData = 4000;

    /// <summary>Prepares the type or the ID of an event.</summary>
    /// <param name="text">The text; null becomes <c>-</c>.</param>
    public static string Name(string? text) => text is null ? "-" : Prepare(text, LongestName);

    /// <summary>Prepares the data of an event.</summary>
    public static string Data(ReadOnlySpan<byte> utf8)
    {
        if (utf8.Length <= LongestData)
            return Prepare(Encoding.UTF8.GetString(utf8), LongestData);
        var cut = Encoding.UTF8.GetString(utf8[..LongestData]).TrimEnd('\uFFFD');
        return Escape(cut) + $"… ({utf8.Length.ToString(CultureInfo.InvariantCulture)} bytes)";
    }

    private static string Prepare(string text, int longest) => text.Length <= longest
        ? Escape(text)
        : Escape(text.AsSpan(0, char.IsHighSurrogate(text[longest - 1]) ? longest - 1 : longest)) + $"… ({text.Length.ToString(CultureInfo.InvariantCulture)} characters)";

    private static string Escape(string text) => text.AsSpan().IndexOfAny(Unsafe) < 0 ? text : Escape(text.AsSpan());

    private static string Escape(ReadOnlySpan<char> text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (var letter in text)
        {
            if (Unsafe.Contains(letter))
                escaped.Append(CultureInfo.InvariantCulture, $"\\u{(int)letter:x4}");
            else
                escaped.Append(letter);
        }

        return escaped.ToString();
    }
}

using System.Runtime.CompilerServices;

namespace McpSseActors.Sse;

/// <summary>Splits a line (WHATWG HTML, 9.2.6): name, colon, at most one space, value.</summary>
internal static class SseField
{
    /// <summary>The longest prefix of a value that counts.</summary>
    public const int LongestPrefix = 7; // "event: "

    /// <summary>
    /// Whether the line is the field of that name. A line without a colon is a field with an empty value.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool Is(ReadOnlySpan<byte> name, ReadOnlySpan<byte> line, out ReadOnlySpan<byte> value)
    {
        value = default;
        if (!line.StartsWith(name))
            return false;
        if (line.Length == name.Length)
            return true;
        if (line[name.Length] != ':')
            return false;

        value = line[(name.Length + 1)..];
        if (!value.IsEmpty && value[0] == ' ')
            value = value[1..];
        return true;
    }

    /// <summary>
    /// Reads a reconnection time: ASCII digits only, in base ten; a larger value becomes <see cref="int.MaxValue"/>.
    /// </summary>
    public static bool TryReadRetry(ReadOnlySpan<byte> value, out long milliseconds)
    {
        milliseconds = 0;
        foreach (var digit in value)
        {
            if (!char.IsAsciiDigit((char)digit))
                return false;
            milliseconds = Math.Min(milliseconds * 10 + (digit - '0'), int.MaxValue);
        }
        return !value.IsEmpty;
    }
}

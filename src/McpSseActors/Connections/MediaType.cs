namespace McpSseActors.Connections;

/// <summary>Reads a Content-Type (WHATWG Fetch, "extract a MIME type").</summary>
internal static class MediaType
{
    private const string Any = "*/*";
    private const string Whitespace = " \t\r\n";

    /// <summary>
    /// Gets type and subtype of the last valid value, in lower case; empty if there is none. Servers and proxies send
    /// the header twice, or as a list.
    /// </summary>
    public static string Extract(string header) =>
        Split(header).Select(Essence).LastOrDefault(essence => essence.Length > 0 && essence != Any, "");

    // A comma in quotes does not separate values.
    private static IEnumerable<string> Split(string header)
    {
        var start = 0;
        var isQuoted = false;
        for (var i = 0; i < header.Length; i++)
        {
            if (header[i] == '\\' && isQuoted)
                i++;
            else if (header[i] == '"')
                isQuoted = !isQuoted;
            else if (header[i] == ',' && !isQuoted)
            {
                yield return header[start..i];
                start = i + 1;
            }
        }

        yield return header[start..];
    }

    private static string Essence(string value)
    {
        var end = value.IndexOf(';', StringComparison.Ordinal);
        var essence = (end < 0 ? value : value[..end]).Trim(Whitespace.ToCharArray());
        var parts = essence.Split('/');
        return parts.Length == 2 && parts.All(IsToken) ? essence.ToLowerInvariant() : "";
    }

    private static bool IsToken(string part) =>
        part.Length > 0 && part.All(c => char.IsAsciiLetterOrDigit(c) || "!#$%&'*+-.^_`|~".Contains(c, StringComparison.Ordinal));
}

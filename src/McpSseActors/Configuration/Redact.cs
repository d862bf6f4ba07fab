using System.Text;

namespace McpSseActors.Configuration;

/// <summary>Makes text safe to show.</summary>
internal static class Redact
{
    private const int LongestLine = 400;

    /// <summary>What may quote a stranger, as one line of bounded length, without anything that a terminal or a log acts on.</summary>
    public static string Line(string text) => Printable(text.Length > LongestLine
        ? text[..(char.IsHighSurrogate(text[LongestLine - 1]) ? LongestLine - 1 : LongestLine)] + "…"
        : text);

    /// <summary>The same, of any length.</summary>
    public static string Printable(string text)
    {
        if (!HasUnsafe(text))
            return text;
        var safe = new StringBuilder(text.Length);
        foreach (var rune in text.EnumerateRunes())
            safe.Append(rune.IsBmp && IsUnsafe((char)rune.Value) ? "\uFFFD" : rune.ToString());
        return safe.ToString();
    }

    private static bool HasUnsafe(ReadOnlySpan<char> text)
    {
        foreach (var letter in text)
        {
            if (IsUnsafe(letter))
                return true;
        }

        return false;
    }

    // Besides control characters: halves of a character, what separates lines and paragraphs, and what changes the direction of writing.
    private static bool IsUnsafe(char letter) =>
        char.IsControl(letter) || char.IsSurrogate(letter) || letter is '\u061C' or '\u200E' or '\u200F' or (>= '\u2028' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    /// <summary>The URL without user info, and with its query and fragment hidden: both can hold a token.</summary>
    public static string Url(string url)
    {
        if (url.Length == 0)
            return "";

        // Text that is not a web URL has no parts that are known to be harmless.
        return Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https") ? Url(uri) : "***";
    }

    /// <summary>The address without user info, query and fragment, to be stored: unchanged if it has none.</summary>
    public static string WithoutSecrets(string address)
    {
        if (!Uri.TryCreate(address, UriKind.Absolute, out var uri))
            return address.Contains(':') ? "" : address;
        return uri is { UserInfo: "", Query: "", Fragment: "" }
            ? address
            : uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
    }

    /// <summary>The scheme, host and port of a URL: what tells two origins apart.</summary>
    public static string Origin(Uri uri) => uri.GetComponents(UriComponents.SchemeAndServer, UriFormat.UriEscaped);

    /// <inheritdoc cref="Url(string)"/>
    public static string Url(Uri uri)
    {
        var shown = uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return uri.Query.Length > 0 ? shown + "?***" : shown;
    }
}

namespace McpSseActors.Configuration;

/// <summary>Makes text safe to show.</summary>
internal static class Redact
{
    private const int LongestLine = 400;

    /// <summary>What may quote a stranger, as one line of bounded length without control characters.</summary>
    public static string Line(string text)
    {
        var shown = text.Length > LongestLine ? text[..LongestLine] + "…" : text;
        return shown.Any(char.IsControl) ? string.Concat(shown.Select(c => char.IsControl(c) ? '\uFFFD' : c)) : shown;
    }

    /// <summary>The URL without user info, and with its query and fragment hidden: both can hold a token.</summary>
    public static string Url(string url)
    {
        if (url.Length == 0)
            return "";

        // Text that is not a web URL has no parts that are known to be harmless.
        return Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https") ? Url(uri) : "***";
    }

    /// <inheritdoc cref="Url(string)"/>
    public static string Url(Uri uri)
    {
        var shown = uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return uri.Query.Length > 0 ? shown + "?***" : shown;
    }
}

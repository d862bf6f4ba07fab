namespace McpSseActors.Configuration;

/// <summary>Makes text safe to show.</summary>
internal static class Redact
{
    /// <summary>The URL without user info, and with its query and fragment hidden: both can hold a token.</summary>
    public static string Url(string url)
    {
        if (url.Length == 0)
            return "";

        // What is no web URL has no parts to tell apart, and nothing in it is known to be harmless.
        return Uri.TryCreate(url, UriKind.Absolute, out var uri) && (uri.Scheme is "http" or "https") ? Url(uri) : "***";
    }

    /// <inheritdoc cref="Url(string)"/>
    public static string Url(Uri uri)
    {
        var shown = uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return uri.Query.Length > 0 ? shown + "?***" : shown;
    }
}

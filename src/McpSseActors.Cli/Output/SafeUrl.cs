namespace McpSseActors.Cli.Output;

/// <summary>A URL as it may be shown: user info and query can hold a token.</summary>
internal static class SafeUrl
{
    public static string Of(string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out var uri))
            return url;
        var shown = uri.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped);
        return uri.Query.Length > 0 ? shown + "?***" : shown;
    }
}

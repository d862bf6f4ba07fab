namespace McpSseActors;

/// <summary>
/// Hides a stream's secrets in text that quotes others. The library's own messages contain none, but a server or a proxy may repeat what it was sent:
/// keys, header values, the request body, and the user info and query of URLs.
/// </summary>
public sealed class SecretRedactor
{
    // Shorter secrets can be guessed, and would be found everywhere.
    private const int Shortest = 4;

    private static readonly char[] Borders = [' ', ',', ';', '=', '&', ':'];

    private readonly string[] _secrets;

    /// <summary>Creates a redactor for the secrets of a stream.</summary>
    /// <param name="options">The stream's options.</param>
    public SecretRedactor(StreamOptions options)
        : this(options, [])
    {
    }

    internal SecretRedactor(StreamOptions options, params IEnumerable<string?> others)
    {
        ArgumentNullException.ThrowIfNull(options);
        _secrets = [.. Of(options).Concat(others.OfType<string>()).SelectMany(WithParts).Where(secret => secret.Length >= Shortest).Distinct().OrderByDescending(secret => secret.Length)];
    }

    /// <summary>Hides user info, query and fragment of a URL. A text that is not an http or https URL is hidden whole.</summary>
    /// <param name="url">The URL.</param>
    /// <returns>The URL in a form that is safe to show.</returns>
    public static string RedactUrl(string url)
    {
        ArgumentNullException.ThrowIfNull(url);
        return Configuration.Redact.Url(url);
    }

    /// <summary>
    /// Replaces secrets of 4 characters and more with stars, and control characters with U+FFFD. Redact before you shorten a text: half a secret is not
    /// recognised.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <returns>One line of at most 401 characters.</returns>
    public string Redact(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        return Configuration.Redact.Line(_secrets.Aggregate(text, (shown, secret) => shown.Replace(secret, "***", StringComparison.OrdinalIgnoreCase)));
    }

    private static IEnumerable<string> Of(StreamOptions options)
    {
        yield return options.AuthKey;
        yield return options.SslCertPassword;
        yield return options.HttpBody;
        foreach (var value in options.CustomHeaders.Values)
            yield return value;
        foreach (var address in new[] { options.ServerUrl, options.ProxyUrl })
        {
            if (!Uri.TryCreate(address, UriKind.Absolute, out var url))
                continue;
            yield return url.UserInfo;
            yield return url.Query.TrimStart('?');
            yield return url.Fragment.TrimStart('#');
        }
    }

    // Also what is one part of a cookie, a query or credentials, and both as it is sent and as it is meant.
    private static IEnumerable<string> WithParts(string secret) =>
        secret.Split(Borders, StringSplitOptions.RemoveEmptyEntries).Append(secret).SelectMany(part => new[] { part, Uri.UnescapeDataString(part) });
}

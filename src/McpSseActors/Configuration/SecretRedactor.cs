using McpSseActors.Configuration;

namespace McpSseActors;

/// <summary>
/// Hides a stream's secrets in text that quotes others. The library's own messages contain none, but a server or a proxy may repeat what it was sent:
/// keys, header values, the request body, and the user info and query of URLs. Recognises them plain, in any case, without their punctuation, and in the
/// usual encodings: percent, Base64 and Base64url (also of <c>user:password</c>), hexadecimal, escapes of JSON, and HTML entities.
/// </summary>
public sealed class SecretRedactor
{
    // More is of no use, and a server may send megabytes.
    private const int LongestText = 64 * 1024;

    // Each character may take six, as \u0041 does, and that twice.
    private const int MostPerCharacter = 12;

    private readonly IReadOnlyList<string> _secrets;
    private readonly Lazy<SecretPatterns> _patterns;

    /// <summary>Creates a redactor for the secrets of a stream.</summary>
    /// <param name="options">The stream's options.</param>
    public SecretRedactor(StreamOptions options)
        : this(options, [])
    {
    }

    internal SecretRedactor(StreamOptions options, params IEnumerable<string?> others)
    {
        ArgumentNullException.ThrowIfNull(options);
        _secrets = SecretValues.Of(options, others.OfType<string>());
        _patterns = new Lazy<SecretPatterns>(() => new SecretPatterns(_secrets));
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
    /// Replaces secrets of 4 characters and more with asterisks, and characters that a terminal acts on with U+FFFD. Redact before you shorten a text:
    /// half a secret is not recognised.
    /// </summary>
    /// <param name="text">The text.</param>
    /// <returns>One line of at most 401 characters.</returns>
    public string Redact(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (_secrets.Count == 0)
            return Configuration.Redact.Line(text);
        if (text.Length <= LongestText)
            return Configuration.Redact.Line(_patterns.Value.Hide(text, text.Length));

        // What is cut in two at the end is not recognised, so it is not shown either.
        var tail = (long)_secrets[0].Length * MostPerCharacter;
        return Configuration.Redact.Line(_patterns.Value.Hide(text[..LongestText], (int)Math.Max(0, LongestText - tail)) + "…");
    }
}

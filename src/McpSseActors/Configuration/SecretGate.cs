namespace McpSseActors.Configuration;

/// <summary>
/// The gate through which every word of a server passes on its way to a person: reasons, logs, statistics and spans. Knows the secrets of one stream: of
/// its options, now and before, and those that are learned on the way: tokens, session IDs and cookies. Safe from any thread.
/// </summary>
internal sealed class SecretGate(StreamOptions options)
{
    // An access token that is renewed every few minutes must not add up.
    private const int MostLearned = 16;
    private const int MostCookies = 64;

    // The short ones say which node or which language, and are words that any sentence may contain.
    private const int ShortestCookie = 8;

    private readonly Lock _lock = new();
    private readonly List<string> _learned = [];
    private readonly List<string> _cookies = [];
    private StreamOptions _options = options;
    private SecretRedactor? _redactor;

    /// <summary>Gets what hides the secrets that are known by now.</summary>
    public SecretRedactor Redactor
    {
        get
        {
            lock (_lock)
                return _redactor ??= _learned.Count + _cookies.Count == 0 ? SharedRedactors.For(_options)
                    : new SecretRedactor(_options, _learned.Concat(_cookies));
        }
    }

    /// <summary>Hides the secrets in a text of the server.</summary>
    /// <param name="text">The text, not yet shortened.</param>
    /// <returns>One line of bounded length.</returns>
    public string Redact(string text) => Redactor.Redact(text);

    /// <summary>Hides the secrets in an address that the server chose.</summary>
    public string Redact(Uri url) => Redactor.Redact(Configuration.Redact.Url(url));

    /// <summary>Applies new options. The server may still repeat the token of the old ones.</summary>
    public void ApplyOptions(StreamOptions options)
    {
        lock (_lock)
        {
            if (_options.AuthKey != options.AuthKey)
                Keep(_options.AuthKey, _learned, MostLearned);
            _options = options;
            _redactor = null;
        }
    }

    /// <summary>Adds a secret that was sent to the server, or came from it.</summary>
    public void Add(string? secret)
    {
        lock (_lock)
        {
            if (!string.IsNullOrEmpty(secret) && secret != _options.AuthKey)
                Keep(secret, _learned, MostLearned);
        }
    }

    /// <summary>Adds the value of a cookie. The server may repeat one that it has replaced since.</summary>
    public void AddCookie(string value)
    {
        lock (_lock)
        {
            if (value.Length >= ShortestCookie)
                Keep(value, _cookies, MostCookies);
        }
    }

    private void Keep(string secret, List<string> learned, int most)
    {
        if (learned.Contains(secret, StringComparer.Ordinal))
            return;
        if (learned.Count == most)
            learned.RemoveAt(0);
        learned.Add(secret);
        _redactor = null;
    }
}

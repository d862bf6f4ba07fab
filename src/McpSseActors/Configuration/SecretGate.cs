namespace McpSseActors.Configuration;

/// <summary>
/// The gate through which every word of a server passes on its way to a person: reasons, logs, statistics and spans. Knows the secrets of one stream: of
/// its options, now and before, and those that are learned on the way: tokens and session IDs. Safe from any thread.
/// </summary>
internal sealed class SecretGate(StreamOptions options)
{
    // An access token that is renewed every few minutes must not add up.
    private const int MostLearned = 16;

    private readonly Lock _lock = new();
    private readonly List<string> _learned = [];
    private StreamOptions _options = options;
    private SecretRedactor? _redactor;

    /// <summary>Gets what hides the secrets that are known by now.</summary>
    public SecretRedactor Redactor
    {
        get
        {
            lock (_lock)
                return _redactor ??= new SecretRedactor(_options, _learned);
        }
    }

    /// <summary>Hides the secrets in a text of the server.</summary>
    /// <param name="text">The text, not yet shortened.</param>
    /// <returns>One line of bounded length.</returns>
    public string Redact(string text) => Redactor.Redact(text);

    /// <summary>Hides the secrets in an address that the server chose.</summary>
    public string Redact(Uri url) => Redactor.Redact(Configuration.Redact.Url(url));

    /// <summary>Takes new options. The server may still repeat the token of the old ones.</summary>
    public void ApplyOptions(StreamOptions options)
    {
        lock (_lock)
        {
            if (_options.AuthKey != options.AuthKey)
                Keep(_options.AuthKey);
            _options = options;
            _redactor = null;
        }
    }

    /// <summary>Adds a secret that was sent to the server, or came from it.</summary>
    public void Add(string? secret)
    {
        lock (_lock)
        {
            if (!string.IsNullOrEmpty(secret) && secret != _options.AuthKey && !_learned.Contains(secret, StringComparer.Ordinal))
                Keep(secret);
        }
    }

    private void Keep(string secret)
    {
        if (_learned.Count == MostLearned)
            _learned.RemoveAt(0);
        _learned.Add(secret);
        _redactor = null;
    }
}

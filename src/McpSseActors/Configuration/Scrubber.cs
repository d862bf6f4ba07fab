namespace McpSseActors.Configuration;

/// <summary>
/// Hides a stream's secrets in what is told of it. No word of ours holds one, but servers and proxies are quoted, and they may repeat what they were
/// sent.
/// </summary>
internal sealed class Scrubber
{
    /// <summary>What is shorter hides nothing that could not be guessed, and would be found everywhere.</summary>
    private const int Shortest = 4;

    private const int LongestName = 40;

    private static readonly char[] Borders = [' ', ',', ';', '=', '&', ':'];

    private readonly string[] _secrets;

    /// <param name="options">The stream's options.</param>
    /// <param name="others">Secrets that are not configured; null and empty hide nothing.</param>
    public Scrubber(StreamOptions options, params IEnumerable<string?> others) =>
        _secrets = [.. Of(options).Concat(others.OfType<string>()).SelectMany(WithParts).Where(secret => secret.Length >= Shortest).Distinct().OrderByDescending(secret => secret.Length)];

    /// <summary>The text as one line, with stars for secrets. Nothing may shorten it before: half a secret is not recognised.</summary>
    public string Clean(string text) =>
        Redact.Line(_secrets.Aggregate(text, (shown, secret) => shown.Replace(secret, "***", StringComparison.OrdinalIgnoreCase)));

    /// <summary>A stranger's ID or type, likewise, and shortened.</summary>
    public string CleanName(string name) => Clean(name) is { Length: > LongestName } clean ? clean[..LongestName] + "…" : Clean(name);

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

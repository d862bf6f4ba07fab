using System.Buffers.Text;
using System.Collections.Frozen;
using System.Text;
using System.Text.Json;

namespace McpSseActors.Configuration;

/// <summary>Finds the secrets in a stream's options: whole values, and the parts of them that are secret by themselves.</summary>
internal static class SecretValues
{
    /// <summary>Shorter secrets can be guessed, and would be found everywhere.</summary>
    public const int Shortest = 4;

    // As deep as any message of the library: the default of the reader would leave out the secrets of a deeper body.
    private const int MostLevels = 1000;

    // A body may hold thousands of values.
    private const int Most = 256;

    private static readonly char[] Borders = [' ', ',', ';', '=', '&', ':', '"', '\r', '\n'];

    // The library's own sentences contain these: asterisks in their place would tell what they are.
    private static readonly FrozenSet<string> Ordinary = FrozenSet.ToFrozenSet(
        [
            "Bearer", "Basic", "http", "https", "true", "false", "null", "server", "stream", "event", "events", "text", "json", "attempt", "started", "stopped",
            "text/event-stream", "text/html", "application/json", "no-cache", "no-store", "keep-alive", "gzip", "deflate", "identity",
        ],
        StringComparer.OrdinalIgnoreCase);

    /// <summary>Gets the secrets, longest first.</summary>
    /// <param name="options">The options.</param>
    /// <param name="others">Secrets that are not among the options.</param>
    public static IReadOnlyList<string> Of(StreamOptions options, IEnumerable<string> others) =>
    [
        .. OfOptions(options).Concat(others).SelectMany(WithParts)
            .Where(secret => secret.Length >= Shortest && !Ordinary.Contains(secret))
            .Distinct(StringComparer.Ordinal).OrderByDescending(secret => secret.Length).Take(Most),
    ];

    /// <summary>Gets the values of a stream's options that are secret.</summary>
    public static IEnumerable<string> OfOptions(StreamOptions options)
    {
        yield return options.AuthKey;
        yield return options.SslCertPassword;
        foreach (var value in OfBody(options.HttpBody).Concat(options.CustomHeaders.Values))
            yield return value;
        foreach (var address in new[] { options.ServerUrl, options.ProxyUrl })
        {
            if (!Uri.TryCreate(address, UriKind.Absolute, out var url))
                continue;
            yield return url.UserInfo;
            yield return url.Fragment.TrimStart('#');
            foreach (var value in OfQuery(url.Query.TrimStart('?')))
                yield return value;
        }
    }

    // The names say nothing that is secret, and are words that any sentence may contain.
    private static IEnumerable<string> OfQuery(string query) =>
        query.Split('&').Select(pair => pair[(pair.IndexOf('=', StringComparison.Ordinal) + 1)..]).Append(query);

    private static IEnumerable<string> OfBody(string body)
    {
        if (body.Length == 0)
            return [];
        try
        {
            using var json = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = MostLevels });
            return [body, .. Leaves(json.RootElement)];
        }
        catch (JsonException)
        {
            return OfQuery(body);
        }
    }

    private static IEnumerable<string> Leaves(JsonElement json) => json.ValueKind switch
    {
        JsonValueKind.Object => json.EnumerateObject().SelectMany(member => Leaves(member.Value)).ToList(),
        JsonValueKind.Array => json.EnumerateArray().SelectMany(Leaves).ToList(),
        JsonValueKind.String => [json.GetString()!],
        _ => [json.GetRawText()],
    };

    // Also what is one part of a cookie or credentials, and both as it is sent and as it is meant.
    private static IEnumerable<string> WithParts(string secret)
    {
        var parts = IsPairList(secret) ? [secret] : secret.Split(Borders, StringSplitOptions.RemoveEmptyEntries).Append(secret).ToArray();
        return parts.Concat(parts.SelectMany(Decoded)).SelectMany(part => new[] { part, Uri.UnescapeDataString(part) });
    }

    // A query or a JSON body as a whole: its values are here by themselves.
    private static bool IsPairList(string secret) => secret.StartsWith('{') || secret.StartsWith('[') || (secret.Contains('=', StringComparison.Ordinal) && secret.Contains('&', StringComparison.Ordinal));

    // Authorization: Basic …
    private static IEnumerable<string> Decoded(string part)
    {
        if (part.Length < Shortest || !Base64.IsValid(part))
            return [];
        var meant = Encoding.UTF8.GetString(Convert.FromBase64String(part));
        return meant.Contains(':', StringComparison.Ordinal) && !meant.Any(char.IsControl) ? meant.Split(':').Append(meant) : [];
    }
}

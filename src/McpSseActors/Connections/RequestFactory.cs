using System.Net.Http.Headers;
using System.Text;

namespace McpSseActors.Connections;

/// <summary>Creates the requests of one stream; secrets go to the configured origin only.</summary>
internal sealed class RequestFactory(StreamOptions options, ServerMemory memory)
{
    private const string Cookie = "Cookie";

    private readonly Uri _origin = new(options.ServerUrl);

    /// <summary>Whether the URL has the origin of <c>server_url</c>, the only one that gets secrets.</summary>
    public bool IsConfiguredOrigin(Uri url) => IsSameOrigin(url, _origin);

    /// <summary>Whether two URLs have the same scheme, host and port.</summary>
    public static bool IsSameOrigin(Uri a, Uri b) =>
        a.Scheme == b.Scheme && a.Port == b.Port && string.Equals(a.IdnHost, b.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>Creates the request that opens a plain event stream.</summary>
    /// <param name="method">The method.</param>
    /// <param name="url">The URL.</param>
    /// <param name="lastEventId">The last event ID; empty for none.</param>
    /// <param name="token">The token; null or empty for none.</param>
    /// <param name="withSecrets">Whether the request carries what the configured origin alone may see.</param>
    public HttpRequestMessage CreateOpening(HttpMethod method, Uri url, string lastEventId, string? token, bool withSecrets)
    {
        var request = Create(method, url, "text/event-stream", token, withSecrets);
        if (lastEventId.Length > 0)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        if (options.HttpBody.Length > 0 && method != HttpMethod.Get && method != HttpMethod.Head && withSecrets)
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(options.HttpBody));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", options.HttpContentType);
        }

        return request;
    }

    /// <summary>Creates a request to the configured origin, with the headers that all requests have.</summary>
    public HttpRequestMessage Create(HttpMethod method, Uri url, string accept, string? token) => Create(method, url, accept, token, withSecrets: true);

    private HttpRequestMessage Create(HttpMethod method, Uri url, string accept, string? token, bool withSecrets)
    {
        var (version, policy) = memory.VersionFor(url, options);
        var request = new HttpRequestMessage(method, url) { Version = version, VersionPolicy = policy };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        // What the cache mode of an EventSource puts on the wire (WHATWG Fetch).
        request.Headers.TryAddWithoutValidation("Cache-Control", "no-cache");
        request.Headers.TryAddWithoutValidation("User-Agent", options.UserAgent);
        if (!withSecrets)
            return request;

        // Everything below may be a secret.
        if (!string.IsNullOrEmpty(token))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in options.CustomHeaders)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        AddCookies(request, url);
        return request;
    }

    // A configured cookie overrides one of the server.
    private void AddCookies(HttpRequestMessage request, Uri url)
    {
        var known = memory.CookiesFor(url, options);
        if (known.Count == 0)
            return;
        var configured = request.Headers.NonValidated.TryGetValues(Cookie, out var values) ? values.ToString() : "";
        var names = configured.Split(';').Select(cookie => cookie.Split('=')[0].Trim()).ToHashSet();
        var received = known.Where(cookie => !names.Contains(cookie.Name)).Select(cookie => $"{cookie.Name}={cookie.Value}").ToList();
        if (received.Count == 0)
            return;
        request.Headers.Remove(Cookie);
        request.Headers.TryAddWithoutValidation(Cookie, string.Join("; ", configured.Length > 0 ? received.Prepend(configured) : received));
    }
}

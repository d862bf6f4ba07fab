using System.Net;
using System.Net.Http.Headers;
using System.Text;

namespace McpSseActors.Connections;

/// <summary>Creates the requests of one stream; secrets go to the configured origin only.</summary>
internal sealed class RequestFactory(StreamOptions options)
{
    private readonly Uri _origin = new(options.ServerUrl);

    /// <summary>Whether the URL has the origin of <c>server_url</c>, the only one that gets secrets.</summary>
    public bool IsConfiguredOrigin(Uri url) =>
        url.Scheme == _origin.Scheme && url.Port == _origin.Port && string.Equals(url.IdnHost, _origin.IdnHost, StringComparison.OrdinalIgnoreCase);

    /// <summary>Creates the request that opens a plain event stream.</summary>
    public HttpRequestMessage CreateOpening(HttpMethod method, Uri url, string lastEventId, string? token)
    {
        var request = Create(method, url, "text/event-stream", token);
        if (lastEventId.Length > 0)
            request.Headers.TryAddWithoutValidation("Last-Event-ID", lastEventId);
        if (options.HttpBody.Length > 0 && method != HttpMethod.Get && method != HttpMethod.Head && IsConfiguredOrigin(url))
        {
            request.Content = new ByteArrayContent(Encoding.UTF8.GetBytes(options.HttpBody));
            request.Content.Headers.TryAddWithoutValidation("Content-Type", options.HttpContentType);
        }

        return request;
    }

    /// <summary>Creates a request with the headers that all requests have.</summary>
    public HttpRequestMessage Create(HttpMethod method, Uri url, string accept, string? token)
    {
        var request = new HttpRequestMessage(method, url)
        {
            Version = HttpVersion.Version20,
            VersionPolicy = HttpVersionPolicy.RequestVersionOrLower,
        };
        request.Headers.TryAddWithoutValidation("Accept", accept);
        request.Headers.CacheControl = new CacheControlHeaderValue { NoStore = true };
        request.Headers.TryAddWithoutValidation("User-Agent", options.UserAgent);
        if (!IsConfiguredOrigin(url))
            return request;

        // Everything below may be a secret: it goes to the configured origin only, never after a redirect to another
        // one.
        if (!string.IsNullOrEmpty(token))
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        foreach (var (name, value) in options.CustomHeaders)
        {
            request.Headers.Remove(name);
            request.Headers.TryAddWithoutValidation(name, value);
        }

        return request;
    }
}

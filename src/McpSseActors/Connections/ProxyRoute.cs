using System.Net;
using McpSseActors.Configuration;

namespace McpSseActors.Connections;

/// <summary>
/// The route to a server: direct, through the proxy of <c>proxy_url</c>, or as the environment says. Records when an
/// HTTP proxy asks for credentials, because only then may a request open a second connection.
/// </summary>
internal sealed class ProxyRoute : IWebProxy, ICredentials
{
    private readonly IWebProxy _proxy;
    private readonly bool _isConfigured;
    private readonly SecretGate? _gate;
    private int _isChallenged;

    /// <param name="options">Say where the proxy is.</param>
    /// <param name="gate">Learns the password that the proxy gets; null for nothing.</param>
    public ProxyRoute(StreamOptions options, SecretGate? gate = null)
    {
        _gate = gate;
        _isConfigured = options.ProxyUrl.Length > 0;
        _proxy = options.ProxyUrl switch
        {
            "" => HttpClient.DefaultProxy,
            Rules.NoProxy => new WebProxy(),
            var url => Configured(new Uri(url)),
        };
        Credentials = _proxy.Credentials is null ? null : this;
    }

    public ICredentials? Credentials { get; set; }

    /// <summary>Gets what to check when the proxy fails.</summary>
    public string Remedy => _isConfigured ? "check proxy_url" : "check HTTP_PROXY, HTTPS_PROXY and NO_PROXY, or set proxy_url";

    /// <summary>Gets the proxy for the URL, without its credentials; null for a direct connection.</summary>
    public Uri? For(Uri url) => _proxy.IsBypassed(url) || _proxy.GetProxy(url) is not { } found || found == url
        ? null
        : new UriBuilder(found.Scheme, found.IdnHost, found.Port).Uri;

    /// <summary>Whether an HTTP proxy has asked for credentials since the last call.</summary>
    public bool TakeChallenge() => Interlocked.Exchange(ref _isChallenged, 0) == 1;

    Uri? IWebProxy.GetProxy(Uri destination) => _proxy.GetProxy(destination);

    bool IWebProxy.IsBypassed(Uri host) => _proxy.IsBypassed(host);

    // The HTTP handler asks when it is to answer a 407. SOCKS has no such answer: credentials go with the first
    // connection.
    NetworkCredential? ICredentials.GetCredential(Uri uri, string authType)
    {
        if (IsHttp(uri))
            Interlocked.Exchange(ref _isChallenged, 1);
        var credential = _proxy.Credentials?.GetCredential(uri, authType);
        // The environment's are not among the options.
        _gate?.Add(credential?.Password);
        return credential;
    }

    private static bool IsHttp(Uri uri) => uri.Scheme == Uri.UriSchemeHttp || uri.Scheme == Uri.UriSchemeHttps;

    private static WebProxy Configured(Uri url)
    {
        var proxy = new WebProxy(new UriBuilder(url.Scheme, url.IdnHost, url.Port).Uri);
        if (url.UserInfo.Length > 0)
        {
            var parts = url.UserInfo.Split(':', 2);
            proxy.Credentials = new NetworkCredential(Uri.UnescapeDataString(parts[0]), Uri.UnescapeDataString(parts.ElementAtOrDefault(1) ?? ""));
        }

        return proxy;
    }
}

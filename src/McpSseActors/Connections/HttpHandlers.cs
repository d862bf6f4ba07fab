using System.Diagnostics;
using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using McpSseActors.Configuration;

namespace McpSseActors.Connections;

/// <summary>Sets up HTTP and TLS for one attempt.</summary>
internal static class HttpHandlers
{
    /// <summary>
    /// How much of an unread response is drained, in bytes, so that other requests can use the connection; this is
    /// HttpClient's own limit. Without other requests, closing a stream closes its connection: draining would take
    /// time, most of all on a broken connection.
    /// </summary>
    private const int MostToDrain = 1024 * 1024;

    /// <summary>Creates a client for requests to the origin of <paramref name="url"/>.</summary>
    /// <param name="options">The stream's options.</param>
    /// <param name="url">The URL of the request.</param>
    /// <param name="proxy">The route to the server.</param>
    /// <param name="dialer">Opens its connections.</param>
    /// <param name="withSecrets">
    /// Whether its requests carry what the configured origin alone may see: the client certificate and the trace.
    /// </param>
    /// <exception cref="CertificateException">A certificate file cannot be used.</exception>
    public static HttpMessageInvoker CreateClient(StreamOptions options, Uri url, ProxyRoute proxy, Dialer dialer, bool withSecrets)
    {
        var handler = Create(options, url, proxy, dialer, withSecrets);
        return new HttpMessageInvoker(options.Tap?.Invoke(handler, dial => dialer.Dial = dial) ?? handler);
    }

    /// <summary>Creates a handler for requests to the origin of <paramref name="url"/>.</summary>
    /// <exception cref="CertificateException">A certificate file cannot be used.</exception>
    public static SocketsHttpHandler Create(StreamOptions options, Uri url, ProxyRoute proxy, Dialer dialer, bool withSecrets) => new()
    {
        AllowAutoRedirect = false,
        UseCookies = false,
        MaxResponseDrainSize = dialer.IsShared ? MostToDrain : 0,
        // Baggage may hold anything: like the credentials, it goes to the configured origin only.
        ActivityHeadersPropagator = withSecrets ? DistributedContextPropagator.Current : DistributedContextPropagator.CreateNoOutputPropagator(),
        Proxy = proxy,
        ConnectCallback = dialer.ConnectAsync,
        PlaintextStreamFilter = ReadAheadStream.FilterAsync,
        // A Last-Event-ID may be any text; the standard sends it as UTF-8.
        RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
        SslOptions = CreateTls(options, url, proxy.For(url), withSecrets),
    };

    private static SslClientAuthenticationOptions CreateTls(StreamOptions options, Uri url, Uri? proxy, bool withSecrets)
    {
        var tls = new SslClientAuthenticationOptions { EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 };
#pragma warning disable CA5359 // The operator asked for it, for this origin.
        if (!options.VerifySsl && RequestFactory.IsSameOrigin(url, new Uri(options.ServerUrl)))
            tls.RemoteCertificateValidationCallback = AcceptAnyCertificate;
#pragma warning restore CA5359
        else if (options.SslCaPath.Length > 0)
            tls.RemoteCertificateValidationCallback = Certificates.TrustAlso(Certificates.LoadAuthorities(options));
        if (withSecrets && options.SslCertPath.Length > 0)
            ShowCertificate(tls, Certificates.LoadClient(options), url, proxy);
        return tls;
    }

    // These options also apply to an https proxy, which must not get the certificate. Telling the two apart loses the
    // intermediate certificates.
    private static void ShowCertificate(SslClientAuthenticationOptions tls, SslStreamCertificateContext certificate, Uri origin, Uri? proxy)
    {
        if (proxy?.Scheme == Uri.UriSchemeHttps)
            tls.LocalCertificateSelectionCallback = (_, host, _, _, _) => host == origin.IdnHost ? certificate.TargetCertificate : null!;
        else
            tls.ClientCertificateContext = certificate;
    }

    // Configured with verify_ssl = false; each start logs a warning.
    private static bool AcceptAnyCertificate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => true;
}

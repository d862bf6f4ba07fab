using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using System.Text;
using McpSseActors.Configuration;

namespace McpSseActors.Connections;

/// <summary>Sets up HTTP and TLS for one attempt.</summary>
internal static class HttpHandlers
{
    public static SocketsHttpHandler Create(
        StreamOptions options, Func<SocketsHttpConnectionContext, CancellationToken, ValueTask<Stream>> connect, bool withClientCertificate) => new()
        {
            AllowAutoRedirect = false,
            UseCookies = false,
            ConnectCallback = connect,
            // A Last-Event-ID may be any text; the standard sends it as UTF-8.
            RequestHeaderEncodingSelector = (_, _) => Encoding.UTF8,
            SslOptions = CreateTls(options, withClientCertificate),
        };

    private static SslClientAuthenticationOptions CreateTls(StreamOptions options, bool withClientCertificate)
    {
        var tls = new SslClientAuthenticationOptions { EnabledSslProtocols = SslProtocols.Tls12 | SslProtocols.Tls13 };
#pragma warning disable CA5359 // The operator asked for it.
        if (!options.VerifySsl)
            tls.RemoteCertificateValidationCallback = AcceptAnyCertificate;
#pragma warning restore CA5359
        if (withClientCertificate && options.SslCertPath.Length > 0)
            tls.ClientCertificates = [LoadClientCertificate(options.SslCertPath, options.SslKeyPath)];
        return tls;
    }

    // Asked for by verify_ssl = false; each start warns about it.
    private static bool AcceptAnyCertificate(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => true;

    private static X509Certificate2 LoadClientCertificate(string certificatePath, string keyPath) => keyPath.Length > 0
        ? X509Certificate2.CreateFromPemFile(certificatePath, keyPath)
        : X509CertificateLoader.LoadPkcs12FromFile(certificatePath, password: null);
}

using System.Net.Security;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;

namespace McpSseActors.Configuration;

/// <summary>A certificate file cannot be used.</summary>
/// <param name="problem">In words for an operator.</param>
/// <param name="remedy">The keys to look at.</param>
/// <param name="fault">What the system says.</param>
internal sealed class CertificateException(string problem, string remedy, Exception? fault = null) : Exception($"{problem}; {remedy}", fault)
{
    public string Problem => problem;

    public string Remedy => remedy;
}

/// <summary>Reads the certificates that the options name, each time they are needed, and checks a server's certificate.</summary>
internal static class Certificates
{
    /// <summary>The client certificate with the intermediates of its file.</summary>
    /// <exception cref="CertificateException">The files cannot be used.</exception>
    public static SslStreamCertificateContext LoadClient(StreamOptions options) => Load(
        "the client certificate cannot be used",
        "check ssl_cert_path, ssl_key_path and ssl_cert_password",
        () =>
        {
            var found = options.SslKeyPath.Length > 0
                ? ReadPem(options.SslCertPath, options.SslKeyPath, options.SslCertPassword)
                : X509CertificateLoader.LoadPkcs12Collection(File.ReadAllBytes(options.SslCertPath), options.SslCertPassword);
            var own = found.FirstOrDefault(certificate => certificate.HasPrivateKey)
                ?? throw new CryptographicException("The file holds no private key.");
            found.Remove(own);
            return SslStreamCertificateContext.Create(own, found, offline: true);
        });

    /// <summary>The authorities that are trusted besides the system's.</summary>
    /// <exception cref="CertificateException">The file cannot be used.</exception>
    public static X509Certificate2Collection LoadAuthorities(StreamOptions options) => Load(
        "the trusted authorities cannot be read",
        "check ssl_ca_path",
        () =>
        {
            var found = new X509Certificate2Collection();
            found.ImportFromPem(File.ReadAllText(options.SslCaPath));
            return found.Count > 0 ? found : throw new CryptographicException("The file holds no certificate in PEM.");
        });

    /// <summary>Accepts what the system accepts, and what only lacks an authority that is among these.</summary>
    public static RemoteCertificateValidationCallback TrustAlso(X509Certificate2Collection authorities) => (_, certificate, chain, errors) =>
    {
        if (errors == SslPolicyErrors.None)
            return true;
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 own || chain is null)
            throw new AuthenticationException($"The remote certificate is invalid according to the validation procedure: {errors}");

        using var second = new X509Chain { ChainPolicy = chain.ChainPolicy.Clone() };
        second.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        second.ChainPolicy.CustomTrustStore.AddRange(authorities);
        second.ChainPolicy.ExtraStore.AddRange(authorities);
        if (second.Build(own))
            return true;
        var reasons = string.Join(", ", second.ChainStatus.Select(status => status.Status).Distinct());
        throw new AuthenticationException($"The remote certificate is invalid because of errors in the certificate chain: {reasons}");
    };

    private static X509Certificate2Collection ReadPem(string certificatePath, string keyPath, string password)
    {
        var certificates = File.ReadAllText(certificatePath);
        var key = File.ReadAllText(keyPath);
        if (key.Contains("Proc-Type: 4,ENCRYPTED", StringComparison.Ordinal))
            throw new CryptographicException(
                "The key is encrypted in the traditional PEM format, which .NET does not read. Convert it: openssl pkcs8 -topk8 -in OLD.key -out NEW.key");
        var found = new X509Certificate2Collection();
        found.ImportFromPem(certificates);
        var own = key.Contains("-----BEGIN ENCRYPTED PRIVATE KEY-----", StringComparison.Ordinal)
            ? X509Certificate2.CreateFromEncryptedPem(certificates, key, password)
            : X509Certificate2.CreateFromPem(certificates, key);

        // The first is the client's own, until now without its key. TLS on Windows wants a key that a PFX brought.
        found[0] = OperatingSystem.IsWindows() ? X509CertificateLoader.LoadPkcs12(own.Export(X509ContentType.Pkcs12), password: null) : own;
        return found;
    }

    private static T Load<T>(string problem, string remedy, Func<T> read)
    {
        try
        {
            return read();
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException or CryptographicException or ArgumentException)
        {
            throw new CertificateException($"{problem}: {fault.Message.TrimEnd('.')}", remedy, fault);
        }
    }
}

using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using McpSseActors.Configuration;

namespace McpSseActors.Tests.Configuration;

/// <summary>Files and addresses of the way to the server are looked at before a stream starts.</summary>
public sealed class CertificateFaultTests : IDisposable
{
    private const string Password = "s3cr3t-value";

    private readonly string _folder = Directory.CreateTempSubdirectory("mcp-sse-files-").FullName;
    private readonly CertificateAuthority _authority = new();

    public CertificateFaultTests()
    {
        using var certificate = _authority.Issue();
        using var other = _authority.Issue();
        Write("open.pfx", certificate.Export(X509ContentType.Pfx));
        Write("locked.pfx", certificate.Export(X509ContentType.Pfx, Password));
        Write("c.pem", certificate.ExportCertificatePem());
        Write("k.pem", Key(certificate).ExportPkcs8PrivateKeyPem());
        Write("locked.pem", Key(certificate)
            .ExportEncryptedPkcs8PrivateKeyPem(Password, new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)));
        Write("other.pem", Key(other).ExportPkcs8PrivateKeyPem());
        Write("nonsense.pem", "no certificate");
        Write("nonsense.pfx", "no certificate");
    }

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData("ssl_cert_path = 'open.pfx'")]
    [InlineData("ssl_cert_path = 'locked.pfx'\nssl_cert_password = 's3cr3t-value'")]
    [InlineData("ssl_cert_path = 'c.pem'\nssl_key_path = 'k.pem'")]
    [InlineData("ssl_cert_path = 'c.pem'\nssl_key_path = 'locked.pem'\nssl_cert_password = 's3cr3t-value'")]
    [InlineData("ssl_ca_path = 'c.pem'")]
    public void Should_accept_the_files_when_they_can_be_loaded(string keys) => Should.NotThrow(() => TomlConfiguration.Parse(Toml(keys)));

    [Theory]
    [InlineData("ssl_cert_path = 'nonsense.pfx'", "ssl_cert_path, ssl_key_path and ssl_cert_password")]
    [InlineData("ssl_cert_path = 'locked.pfx'", "ssl_cert_path, ssl_key_path and ssl_cert_password")]
    [InlineData("ssl_cert_path = 'locked.pfx'\nssl_cert_password = 'wr0ng-s3cr3t'", "ssl_cert_path, ssl_key_path and ssl_cert_password")]
    [InlineData("ssl_cert_path = 'c.pem'\nssl_key_path = 'other.pem'", "ssl_cert_path, ssl_key_path and ssl_cert_password")]
    [InlineData("ssl_cert_path = 'c.pem'\nssl_key_path = 'nonsense.pem'", "ssl_cert_path, ssl_key_path and ssl_cert_password")]
    [InlineData("ssl_cert_path = 'nonsense.pem'\nssl_key_path = 'k.pem'", "ssl_cert_path, ssl_key_path and ssl_cert_password")]
    [InlineData("ssl_cert_path = 'c.pem'\nssl_key_path = 'locked.pem'\nssl_cert_password = 'wr0ng-s3cr3t'",
        "ssl_cert_path, ssl_key_path and ssl_cert_password")]
    [InlineData("ssl_ca_path = 'nonsense.pem'", "ssl_ca_path")]
    [InlineData("ssl_ca_path = 'nowhere.pem'", "does not exist")]
    public void Should_name_the_keys_and_no_secret_when_a_file_cannot_be_loaded(string keys, string expected)
    {
        var fault = Faults.Of(Toml(keys)).ShouldHaveSingleItem();

        fault.ToString().ShouldContain(expected);
        fault.ToString().ShouldNotContain("s3cr3t");
        fault.Line.ShouldBe(4);
        Should.NotThrow(() => TomlConfiguration.Parse(Toml(keys).Replace("enable = true", "enable = false", StringComparison.Ordinal)));
    }

    [Theory]
    [InlineData("")]
    [InlineData("none")]
    [InlineData("http://proxy:3128")]
    [InlineData("https://me:p%40ss@proxy.example.com/")]
    [InlineData("socks4://proxy:1080")]
    [InlineData("socks4a://proxy:1080")]
    [InlineData("socks5://me:x@[::1]:1080")]
    public void Should_accept_the_proxy_when_it_is_one(string url) => OptionsValidation.Check(new StreamOptions { ProxyUrl = url }).ShouldBeEmpty();

    [Theory]
    [InlineData("proxy.example.com:3128")]
    [InlineData("ftp://me:s3cr3t@proxy:3128")]
    [InlineData("http://me:s3cr3t")]
    [InlineData("socks5://me:s3cr3t@proxy")]
    [InlineData("http://me:s3cr3t@proxy:3128/path")]
    [InlineData("http://proxy:3128?s3cr3t")]
    [InlineData("no proxy")]
    public void Should_say_no_secret_when_the_proxy_is_none(string url)
    {
        var fault = OptionsValidation.Check(new StreamOptions { ProxyUrl = url }).ShouldHaveSingleItem();

        fault.Key.ShouldBe("proxy_url");
        fault.ToString().ShouldNotContain("s3cr3t");
    }

    [Fact]
    public void Should_hide_passwords_when_options_are_shown() =>
        new StreamOptions { SslCertPassword = Password, ProxyUrl = $"http://me:{Password}@proxy:3128" }.ToString().ShouldNotContain(Password);

    private string Toml(string keys) =>
        $"[mcp_sse]\nenable = true\nserver_url = 'https://example.com'\n{keys.Replace("path = '", $"path = '{_folder}/", StringComparison.Ordinal)}";

    private void Write(string name, string content) => File.WriteAllText(Path.Combine(_folder, name), content);

    private void Write(string name, byte[] content) => File.WriteAllBytes(Path.Combine(_folder, name), content);

    private static ECDsa Key(X509Certificate2 certificate) => certificate.GetECDsaPrivateKey()!;
}

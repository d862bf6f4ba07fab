using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Threading.Channels;

namespace McpSseActors.Tests.Connections;

/// <summary>The client certificate: what is shown, and to whom.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class ClientCertificateSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mcp-sse-tls-").FullName;
    private readonly X509Certificate2 _serverCertificate = CertificateAuthority.SelfSigned("CN=server");
    private readonly X509Certificate2 _clientCertificate = CertificateAuthority.SelfSigned("CN=client");

    public void Dispose()
    {
        _serverCertificate.Dispose();
        _clientCertificate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Should_show_none_when_it_has_none() => (await ShownCertificateAsync(o => o)).ShouldBeNull();

    [Fact]
    public async Task Should_show_its_certificate_when_it_has_a_PEM_pair()
    {
        var certificate = Path.Combine(_folder, "client.crt");
        var key = Path.Combine(_folder, "client.key");
        await WriteClientAsync(certificate, key);

        (await ShownCertificateAsync(o => o with { SslCertPath = certificate, SslKeyPath = key })).ShouldBe(_clientCertificate.Thumbprint);
    }

    [Theory]
    [InlineData("client.pfx")]
    [InlineData("client.crt")]
    public async Task Should_show_the_intermediate_too_when_the_file_holds_it(string name)
    {
        var file = Path.Combine(_folder, name);
        var key = name.EndsWith(".crt", StringComparison.Ordinal) ? Path.Combine(_folder, "client.key") : "";
        using var root = new CertificateAuthority();
        using var intermediate = root.Intermediate();
        using var client = intermediate.Issue();
        using var bare = X509CertificateLoader.LoadCertificate(intermediate.Certificate.RawData);
        if (key.Length > 0)
        {
            await File.WriteAllTextAsync(file, client.ExportCertificatePem() + "\n" + intermediate.Pem);
            await File.WriteAllTextAsync(key, client.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        }
        else
        {
            await File.WriteAllBytesAsync(file, new X509Certificate2Collection { bare, client }.Export(X509ContentType.Pfx)!);
        }

        await using var server = new ScriptedServer(_serverCertificate, StayOpenAsync);
        await using var host = await StartAsync(server, o => o with { SslCertPath = file, SslKeyPath = key });

        await host.States.UntilAsync(ConnectionState.Connected);
        server.ShownIntermediates.ShouldContain(bare.Thumbprint);
    }

    [Fact]
    public async Task Should_show_its_certificate_when_it_has_a_PFX_file()
    {
        var file = Path.Combine(_folder, "client.pfx");
        await WriteClientAsync(file, "");

        (await ShownCertificateAsync(o => o with { SslCertPath = file })).ShouldBe(_clientCertificate.Thumbprint);
    }

    [Fact]
    public async Task Should_not_show_its_certificate_when_another_origin_is_redirected_to()
    {
        var file = Path.Combine(_folder, "client.pfx");
        await File.WriteAllBytesAsync(file, _clientCertificate.Export(X509ContentType.Pfx));
        var shown = new TaskCompletionSource<string?>();
        await using var foreign = new ScriptedServer(_serverCertificate, async exchange =>
        {
            shown.TrySetResult(exchange.ClientCertificate?.GetCertHashString());
            await StayOpenAsync(exchange);
        });
        await using var server = new ScriptedServer(
            _serverCertificate, exchange => exchange.AnswerAsync("302 Found", $"Location: {foreign.Url}\r\n"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(
            server.Url.ToString(), o => Streams.Quick(o) with { VerifySsl = false, SslCertPath = file }));

        (await Within.LimitAsync(shown.Task)).ShouldBeNull();
    }

    [Fact]
    public async Task Should_show_the_new_certificate_without_a_restart_when_the_file_changes()
    {
        var file = Path.Combine(_folder, "client.pfx");
        using var next = CertificateAuthority.SelfSigned("CN=next");
        await File.WriteAllBytesAsync(file, _clientCertificate.Export(X509ContentType.Pfx));
        var shown = Channel.CreateUnbounded<string?>();
        await using var server = new ScriptedServer(
            _serverCertificate,
            async exchange =>
            {
                shown.Writer.TryWrite(exchange.ClientCertificate?.GetCertHashString());
                await File.WriteAllBytesAsync(file, next.Export(X509ContentType.Pfx));
                await exchange.OpenAsync();
            },
            async exchange =>
            {
                shown.Writer.TryWrite(exchange.ClientCertificate?.GetCertHashString());
                await StayOpenAsync(exchange);
            });
        await using var host = await StartAsync(server, o => o with { SslCertPath = file });

        (await Within.LimitAsync(shown.Reader.ReadAsync().AsTask())).ShouldBe(_clientCertificate.Thumbprint);
        (await Within.LimitAsync(shown.Reader.ReadAsync().AsTask())).ShouldBe(next.Thumbprint);
    }

    [Theory]
    [InlineData("client.pfx", "")]
    [InlineData("client.crt", "client.key")]
    public async Task Should_back_off_until_the_certificate_can_be_read_when_it_is_half_written(string certificate, string key)
    {
        certificate = Path.Combine(_folder, certificate);
        key = key.Length > 0 ? Path.Combine(_folder, key) : "";
        await WriteClientAsync(certificate, key);
        await using var server = new ScriptedServer(
            _serverCertificate,
            async exchange =>
            {
                await File.WriteAllTextAsync(certificate, "no certificate yet");
                await exchange.OpenAsync();
            },
            StayOpenAsync);
        await using var host = await StartAsync(server, o => o with { SslCertPath = certificate, SslKeyPath = key });

        await host.States.UntilAsync(ConnectionState.BackingOff);
        var reason = (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason;
        reason.ShouldStartWith("the client certificate cannot be used: ");
        reason.ShouldEndWith("; check ssl_cert_path, ssl_key_path and ssl_cert_password");
        await WriteClientAsync(certificate, key);
        await host.States.UntilAsync(ConnectionState.Connected);
    }

    [Fact]
    public async Task Should_back_off_when_it_may_not_read_the_certificate()
    {
        var file = Path.Combine(_folder, "client.pfx");
        await WriteClientAsync(file, "");
        await using var server = new ScriptedServer(
            _serverCertificate,
            async exchange =>
            {
                // A folder in its place is as unreadable as a file without permission, also to a superuser.
                File.Delete(file);
                Directory.CreateDirectory(file);
                await exchange.OpenAsync();
            });
        await using var host = await StartAsync(server, o => o with { SslCertPath = file });

        await host.States.UntilAsync(ConnectionState.BackingOff);
        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldContain($"Access to the path '{file}' is denied");
    }

    [Theory]
    [InlineData("client.pfx", "")]
    [InlineData("client.crt", "client.key")]
    public async Task Should_show_its_certificate_when_a_password_opens_it(string certificate, string key)
    {
        certificate = Path.Combine(_folder, certificate);
        key = key.Length > 0 ? Path.Combine(_folder, key) : "";
        await WriteClientAsync(certificate, key, "s3cret");

        (await ShownCertificateAsync(o => o with { SslCertPath = certificate, SslKeyPath = key, SslCertPassword = "s3cret" }))
            .ShouldBe(_clientCertificate.Thumbprint);
    }

    [Fact]
    public async Task Should_say_how_to_convert_the_key_when_it_is_encrypted_in_the_traditional_format()
    {
        var certificate = Path.Combine(_folder, "client.crt");
        var key = Path.Combine(_folder, "client.key");
        await WriteClientAsync(certificate, key);
        await File.WriteAllTextAsync(
            key, "-----BEGIN RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\nDEK-Info: AES-256-CBC,00\n\nAAAA\n-----END RSA PRIVATE KEY-----\n");
        var options = new StreamOptions { Enabled = true, ServerUrl = "https://localhost/", SslCertPath = certificate, SslKeyPath = key, SslCertPassword = "s3cret" };

        options.Validate().ShouldHaveSingleItem().ToString().ShouldContain("Convert it: openssl pkcs8 -topk8 -in OLD.key -out NEW.key");
    }

    private async Task WriteClientAsync(string certificate, string key, string password = "")
    {
        if (key.Length == 0)
        {
            await File.WriteAllBytesAsync(certificate, _clientCertificate.Export(X509ContentType.Pfx, password));
            return;
        }

        using var rsa = _clientCertificate.GetRSAPrivateKey()!;
        var cipher = new PbeParameters(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000);
        await File.WriteAllTextAsync(key, password.Length > 0 ? rsa.ExportEncryptedPkcs8PrivateKeyPem(password, cipher) : rsa.ExportPkcs8PrivateKeyPem());
        await File.WriteAllTextAsync(certificate, _clientCertificate.ExportCertificatePem());
    }

    private static Task<McpSseHost> StartAsync(ScriptedServer server, Func<StreamOptions, StreamOptions> configure) => McpSseHost.StartAsync(mcp => mcp
        .AddStream(server.Url.ToString(), o => configure(Streams.Quick(o) with { VerifySsl = false })));

    private async Task<string?> ShownCertificateAsync(Func<StreamOptions, StreamOptions> configure)
    {
        var shown = new TaskCompletionSource<string?>();
        var events = new ReceivedEvents();
        await using var server = new ScriptedServer(_serverCertificate, async exchange =>
        {
            shown.TrySetResult(exchange.ClientCertificate?.GetCertHashString());
            await exchange.OpenAsync();
            await exchange.WriteAsync("data: secured\n\n");
            await exchange.StayAsync();
        });
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => configure(Streams.Quick(o) with { VerifySsl = false }))
            .AddHandler(events.Collect));

        (await events.NextAsync()).Text.ShouldBe("secured");
        return await Within.LimitAsync(shown.Task);
    }
}

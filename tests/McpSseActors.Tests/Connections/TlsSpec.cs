using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using McpSseActors.Configuration;
using McpSseActors.Messages;
using McpSseActors.Tests.Support;
using Shouldly;
using Xunit;

namespace McpSseActors.Tests.Connections;

/// <summary>Certificates on both sides, made for each test.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class TlsSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mcp-sse-tls-").FullName;
    private readonly X509Certificate2 _serverCertificate = MakeCertificate("CN=server");
    private readonly X509Certificate2 _clientCertificate = MakeCertificate("CN=client");

    public void Dispose()
    {
        _serverCertificate.Dispose();
        _clientCertificate.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Should_back_off_when_the_certificate_is_not_trusted()
    {
        await using var server = new ScriptedServer(_serverCertificate, StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { AuthKey = "key" }));

        var lost = await host.States.UntilAsync(ConnectionState.BackingOff);
        lost.OldState.ShouldBe(ConnectionState.Connecting);
        lost.Reason.ShouldContain("TLS");
        lost.Reason.ShouldContain("certificate");
    }

    [Fact]
    public async Task Should_back_off_when_the_server_speaks_no_TLS()
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync("400 Bad Request"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString().Replace("http:", "https:", StringComparison.Ordinal), o => Streams.Quick(o) with
            {
                VerifySsl = false,
                ConnectionTimeout = TimeSpan.FromSeconds(2),
            }));

        await host.States.UntilAsync(ConnectionState.BackingOff);
    }

    [Fact]
    public async Task Should_connect_when_certificates_are_not_verified()
    {
        (await ShownCertificateAsync(o => o)).ShouldBeNull();
    }

    [Fact]
    public async Task Should_show_its_certificate_when_it_has_a_PEM_pair()
    {
        var certificate = Path.Combine(_folder, "client.crt");
        var key = Path.Combine(_folder, "client.key");
        await File.WriteAllTextAsync(certificate, _clientCertificate.ExportCertificatePem());
        using var rsa = _clientCertificate.GetRSAPrivateKey()!;
        await File.WriteAllTextAsync(key, rsa.ExportPkcs8PrivateKeyPem());

        (await ShownCertificateAsync(o => o with { SslCertPath = certificate, SslKeyPath = key })).ShouldBe(_clientCertificate.Thumbprint);
    }

    [Fact]
    public async Task Should_show_its_certificate_when_it_has_a_PFX_file()
    {
        var file = Path.Combine(_folder, "client.pfx");
        await File.WriteAllBytesAsync(file, _clientCertificate.Export(X509ContentType.Pfx));

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

    [Theory]
    [InlineData("client.pfx", "")]
    [InlineData("client.crt", "client.key")]
    public async Task Should_fail_and_name_the_keys_when_a_client_certificate_cannot_be_read(string certificate, string key)
    {
        certificate = Path.Combine(_folder, certificate);
        key = key.Length > 0 ? Path.Combine(_folder, key) : "";
        foreach (var file in new[] { certificate, key }.Where(f => f.Length > 0))
            await File.WriteAllTextAsync(file, "no certificate");
        await using var server = new ScriptedServer(_serverCertificate, StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(
            server.Url.ToString(),
            o => Streams.Quick(o) with { VerifySsl = false, SslCertPath = certificate, SslKeyPath = key }));

        (await host.States.UntilAsync(ConnectionState.Failed)).Reason.ShouldContain("ssl_cert_path");
    }

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
            .AddGlobalHandler(events.Collect));

        (await events.NextAsync()).Text.ShouldBe("secured");
        return await Within.LimitAsync(shown.Task);
    }

    private static async Task StayOpenAsync(Exchange exchange)
    {
        await exchange.OpenAsync();
        await exchange.StayAsync();
    }

    private static X509Certificate2 MakeCertificate(string name)
    {
        using var key = RSA.Create(2048);
        var request = new CertificateRequest(name, key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(IPAddress.Loopback);
        request.CertificateExtensions.Add(names.Build());
        return request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
    }
}

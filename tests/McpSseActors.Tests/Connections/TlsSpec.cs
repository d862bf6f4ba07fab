using System.Security.Cryptography.X509Certificates;

namespace McpSseActors.Tests.Connections;

/// <summary>TLS with a server whose certificate is its own.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class TlsSpec : IDisposable
{
    private readonly X509Certificate2 _certificate = CertificateAuthority.SelfSigned("CN=server");

    public void Dispose() => _certificate.Dispose();

    [Fact]
    public async Task Should_back_off_when_the_certificate_is_not_trusted()
    {
        await using var server = new ScriptedServer(_certificate, StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { AuthKey = "key" }));

        var lost = await host.States.UntilAsync(ConnectionState.BackingOff);
        lost.OldState.ShouldBe(ConnectionState.Connecting);
        lost.Reason.ShouldContain("TLS");
        lost.Reason.ShouldContain("errors in the certificate chain: UntrustedRoot");
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

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_ask_once_and_back_off_when_the_server_hangs_up_without_an_answer(bool tls)
    {
        await using var server = new ScriptedServer(tls ? _certificate : null, _ => Task.CompletedTask);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { VerifySsl = false, MaxReconnectAttempts = 0 }));

        (await host.States.UntilAsync(ConnectionState.Failed)).Reason.ShouldStartWith($"127.0.0.1:{server.Port} closed the connection without a complete response; is it an HTTP server?");
        server.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task Should_connect_when_certificates_are_not_verified()
    {
        await using var server = new ScriptedServer(_certificate, StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), o => Streams.Quick(o) with { VerifySsl = false }));

        await host.States.UntilAsync(ConnectionState.Connected);
    }

    [Fact]
    public async Task Should_connect_when_the_certificate_is_among_the_authorities()
    {
        var file = Path.GetTempFileName();
        await File.WriteAllTextAsync(file, _certificate.ExportCertificatePem());
        await using var server = new ScriptedServer(_certificate, StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), o => Streams.Quick(o) with { SslCaPath = file }));

        await host.States.UntilAsync(ConnectionState.Connected);
        File.Delete(file);
    }
}

using System.Security.Cryptography.X509Certificates;
using McpSseActors.Tests.Configuration;

namespace McpSseActors.Tests.Connections;

/// <summary>A redirect that leaves TLS, or enters it, with the host and even the port the same: another origin by its scheme alone.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class DowngradeSpec : IDisposable
{
    private readonly X509Certificate2 _certificate = CertificateAuthority.SelfSigned("CN=server");

    // verify_ssl = false holds for the configured origin only.
    private readonly TempFile _authority;

    public DowngradeSpec() => _authority = new TempFile(Encoding.ASCII.GetBytes(_certificate.ExportCertificatePem()), ".pem");

    public void Dispose()
    {
        _certificate.Dispose();
        _authority.Dispose();
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Should_keep_secrets_to_itself_when_a_redirect_leads_from_https_to_http(int status)
    {
        TcpRelay? relay = null;
        await using var plain = new ScriptedServer(StayOpenAsync);
        await using var secure = new ScriptedServer(_certificate, exchange => exchange.AnswerAsync($"{status} Elsewhere", $"Location: http://127.0.0.1:{relay!.Port}/plain\r\n"));
        await using var front = relay = new TcpRelay(plain.Port, secure.Port);

        await ShouldTellOnlyTheFirstAsync($"https://127.0.0.1:{front.Port}/events", secure, plain);
    }

    [Fact]
    public async Task Should_keep_secrets_to_itself_when_a_redirect_leads_from_http_to_https()
    {
        TcpRelay? relay = null;
        await using var secure = new ScriptedServer(_certificate, StayOpenAsync);
        await using var plain = new ScriptedServer(exchange => exchange.AnswerAsync("302 Found", $"Location: https://127.0.0.1:{relay!.Port}/secure\r\n"));
        await using var front = relay = new TcpRelay(plain.Port, secure.Port);

        await ShouldTellOnlyTheFirstAsync($"http://127.0.0.1:{front.Port}/events", plain, secure);
    }

    private async Task ShouldTellOnlyTheFirstAsync(string url, ScriptedServer first, ScriptedServer second)
    {
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(url, o => Streams.Quick(o) with
        {
            VerifySsl = false,
            SslCaPath = _authority.Path,
            AuthKey = "key",
            CustomHeaders = ImmutableDictionary<string, string>.Empty.Add("X-Tenant", "t").Add("Cookie", "c=1"),
            HttpMethod = "POST",
            HttpBody = "{\"secret\":true}",
        }));

        (await first.NextRequestAsync()).Header("Authorization").ShouldBe("Bearer key");
        var followed = await second.NextRequestAsync();
        followed.Header("Authorization").ShouldBeNull();
        followed.Header("X-Tenant").ShouldBeNull();
        followed.Header("Cookie").ShouldBeNull();
        followed.Body.ShouldBeEmpty();
        await host.States.UntilAsync(ConnectionState.Connected);
    }
}

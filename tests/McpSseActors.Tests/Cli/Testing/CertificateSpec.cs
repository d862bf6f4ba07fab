namespace McpSseActors.Tests.Cli.Testing;

/// <summary>Diagnoses of servers with TLS.</summary>
public sealed class CertificateSpec : DiagnosisSpec
{
    private readonly CertificateAuthority _authority = new("CN=house authority");

    public override void Dispose()
    {
        _authority.Dispose();
        base.Dispose();
    }

    [Fact]
    public async Task Should_name_the_option_when_the_authority_is_not_trusted()
    {
        using var certificate = _authority.Issue();
        await using var server = new ScriptedServer(certificate, Sends(Events("1", "2")));

        await ShouldFailAsync(TestAsync(server.Url.AbsoluteUri));

        ShouldEndAt("certificate", "server, by house authority, 0 days left: its authority is not trusted", "set ssl_ca_path to a PEM file");
    }

    [Fact]
    public async Task Should_say_that_it_is_over_when_it_has_expired()
    {
        using var certificate = _authority.Issue(until: DateTimeOffset.UtcNow.AddDays(-3));
        await using var server = new ScriptedServer(certificate, Sends(Events("1", "2")));

        await ShouldFailAsync(TestWithAuthorityAsync(server));

        ShouldEndAt("certificate", "expired 3 days ago", "renew the server's certificate");
    }

    [Fact]
    public async Task Should_say_which_host_it_must_name_when_it_is_for_another()
    {
        using var certificate = _authority.Issue(host: "other.example");
        await using var server = new ScriptedServer(certificate, Sends(Events("1", "2")));

        await ShouldFailAsync(TestWithAuthorityAsync(server));

        ShouldEndAt("certificate", "it is for another host", "127.0.0.1");
    }

    [Fact]
    public async Task Should_warn_when_it_is_trusted_and_ends_soon()
    {
        using var certificate = _authority.Issue(until: DateTimeOffset.UtcNow.AddDays(12.5));
        await using var server = new ScriptedServer(certificate, Sends(Events("1", "2")));

        await ShouldHoldAsync(TestWithAuthorityAsync(server));

        ShouldBe("TLS", "pass", "TLS 1.3, TLS_");
        ShouldBe("certificate", "warn", "server, by house authority, 12 days left", "renew it before ");
    }

    [Fact]
    public async Task Should_warn_when_it_is_not_verified()
    {
        using var certificate = CertificateAuthority.SelfSigned("CN=itself");
        await using var server = new ScriptedServer(certificate, Sends(Events("1", "2")));

        await ShouldHoldAsync(TestWithAuthorityAsync(server, "verify_ssl = false"));

        ShouldBe("certificate", "warn", "itself, by itself, 0 days left; not verified", "verify_ssl = true");
    }

    [Fact]
    public async Task Should_ask_whether_it_speaks_TLS_when_it_does_not()
    {
        await using var server = new ScriptedServer(Answers("400 Bad Request"));

        await ShouldFailAsync(TestAsync($"https://127.0.0.1:{server.Port}/events", "--timeout", "3"));

        ShouldEndAt("TLS", "", "does this port speak TLS?");
    }

    private Task<int> TestWithAuthorityAsync(ScriptedServer server, string? instead = null)
    {
        Run.Write("ca.pem", _authority.Pem);
        Run.WriteConfig(server.Url.AbsoluteUri, instead ?? $"ssl_ca_path = \"{Run.Directory}/ca.pem\"");
        return Run.InvokeAsync("test", "--json", "--config", "mcp-sse.toml", "--listen", "0");
    }
}

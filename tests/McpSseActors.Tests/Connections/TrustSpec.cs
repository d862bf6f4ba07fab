using System.Net.Sockets;

namespace McpSseActors.Tests.Connections;

/// <summary>Which servers are trusted, with an authority of the test's own.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class TrustSpec : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("mcp-sse-trust-").FullName;
    private readonly CertificateAuthority _authority = new();
    private readonly CertificateAuthority _stranger = new("CN=stranger");

    private string AuthorityFile => Path.Combine(_folder, "ca.pem");

    public TrustSpec() => File.WriteAllText(AuthorityFile, _authority.Pem);

    public void Dispose()
    {
        _authority.Dispose();
        _stranger.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Fact]
    public async Task Should_connect_when_the_authority_is_given()
    {
        await using var server = new ScriptedServer(_authority.Issue(), StayOpenAsync);
        await using var host = await StartAsync(server);

        await host.States.UntilAsync(ConnectionState.Connected);
    }

    [Fact]
    public async Task Should_connect_when_the_authority_is_one_of_several()
    {
        await File.WriteAllTextAsync(AuthorityFile, _stranger.Pem + "\n" + _authority.Pem);
        await using var server = new ScriptedServer(_authority.Issue(), StayOpenAsync);
        await using var host = await StartAsync(server);

        await host.States.UntilAsync(ConnectionState.Connected);
    }

    [Fact]
    public async Task Should_connect_when_the_server_sends_an_intermediate()
    {
        using var intermediate = _authority.Intermediate();
        await using var server = new ScriptedServer(intermediate.Issue(), StayOpenAsync) { Intermediates = [intermediate.Certificate] };
        await using var host = await StartAsync(server);

        await host.States.UntilAsync(ConnectionState.Connected);
    }

    [Fact]
    public async Task Should_connect_when_the_file_holds_the_intermediate_that_the_server_does_not_send()
    {
        using var intermediate = _authority.Intermediate();
        await File.AppendAllTextAsync(AuthorityFile, "\n" + intermediate.Pem);
        await using var server = new ScriptedServer(intermediate.Issue(), StayOpenAsync);
        await using var host = await StartAsync(server);

        await host.States.UntilAsync(ConnectionState.Connected);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_back_off_when_the_authority_is_unknown(bool isAnotherGiven)
    {
        await using var server = new ScriptedServer(_stranger.Issue(), StayOpenAsync) { Intermediates = [_stranger.Certificate] };
        await using var host = await StartAsync(server, isAnotherGiven ? null : o => o with { SslCaPath = "" });

        (await ReasonAsync(host, server)).ShouldMatch("errors in the certificate chain: (UntrustedRoot|PartialChain)");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_back_off_when_the_certificate_has_expired(bool isAuthorityGiven)
    {
        await using var server = new ScriptedServer(_authority.Issue(until: DateTimeOffset.UtcNow.AddDays(-1)), StayOpenAsync);
        await using var host = await StartAsync(server, isAuthorityGiven ? null : o => o with { SslCaPath = "" });

        (await ReasonAsync(host, server)).ShouldContain("NotTimeValid");
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Should_back_off_when_the_certificate_is_for_another_host(bool isAuthorityGiven)
    {
        await using var server = new ScriptedServer(_authority.Issue("example.com"), StayOpenAsync);
        await using var host = await StartAsync(server, isAuthorityGiven ? null : o => o with { SslCaPath = "" });

        (await ReasonAsync(host, server)).ShouldContain("RemoteCertificateNameMismatch");
    }

    [Fact]
    public async Task Should_back_off_when_the_handshake_is_cut()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var cut = Task.Run(async () =>
        {
            while (true)
            {
                using var client = await listener.AcceptTcpClientAsync();
                await client.GetStream().ReadExactlyAsync(new byte[16]);
            }
        });
        var authority = listener.LocalEndpoint.ToString();
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream($"https://{authority}/events", Streams.Quick));

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldStartWith($"TLS with {authority} failed: ");
        listener.Stop();
        await Should.ThrowAsync<Exception>(cut);
    }

    [Fact]
    public async Task Should_trust_the_new_authority_without_a_restart_when_its_file_changes()
    {
        ScriptedServer? server = null;
        await using var home = server = new ScriptedServer(
            _authority.Issue(),
            async exchange =>
            {
                await exchange.OpenAsync();
                await File.WriteAllTextAsync(AuthorityFile, _stranger.Pem);
                server!.Certificate = _stranger.Issue();
            },
            StayOpenAsync);
        await using var host = await StartAsync(server);

        await host.States.UntilAsync(ConnectionState.Connected);
        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldContain("ended the stream");
        await host.States.UntilAsync(ConnectionState.Connected);
        server.Connections.ShouldBe(2);
    }

    [Fact]
    public async Task Should_back_off_until_the_file_is_whole_when_it_is_written_meanwhile()
    {
        await using var server = new ScriptedServer(
            _authority.Issue(),
            async exchange =>
            {
                await exchange.OpenAsync();
                await File.WriteAllTextAsync(AuthorityFile, _authority.Pem[..100]);
            },
            StayOpenAsync);
        await using var host = await StartAsync(server);

        await host.States.UntilAsync(ConnectionState.BackingOff);
        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason
            .ShouldBe("the trusted authorities cannot be read: The file holds no certificate in PEM; check ssl_ca_path");
        await File.WriteAllTextAsync(AuthorityFile, _authority.Pem);
        await host.States.UntilAsync(ConnectionState.Connected);
    }

    private static async Task<string> ReasonAsync(McpSseHost host, ScriptedServer server)
    {
        var lost = await host.States.UntilAsync(ConnectionState.BackingOff);
        lost.OldState.ShouldBe(ConnectionState.Connecting);
        lost.Reason.ShouldStartWith($"TLS with 127.0.0.1:{server.Port} failed: ");
        return lost.Reason;
    }

    private Task<McpSseHost> StartAsync(ScriptedServer server, Func<StreamOptions, StreamOptions>? configure = null) =>
        McpSseHost.StartAsync(mcp => mcp.AddStream(
            server.Url.ToString(), o => (configure ?? (same => same))(Streams.Quick(o) with { SslCaPath = AuthorityFile })));
}

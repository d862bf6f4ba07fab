using McpSseActors.Connections;

namespace McpSseActors.Tests.Connections;

/// <summary>Streams that go by a proxy.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class ProxySpec : IDisposable
{
    private const string User = "me:p%40ss-SECRET";
    private const string Credentials = "me:p@ss-SECRET";

    private readonly string _folder = Directory.CreateTempSubdirectory("mcp-sse-proxy-").FullName;
    private readonly CertificateAuthority _authority = new();
    private readonly ReceivedEvents _events = new();

    public void Dispose()
    {
        _authority.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    [Theory]
    [InlineData(false, false)]
    [InlineData(false, true)]
    [InlineData(true, false)]
    [InlineData(true, true)]
    public async Task Should_read_events_when_a_proxy_leads_to_the_server(bool tls, bool socks)
    {
        await using var proxy = new ScriptedProxy { IsSocks = socks };
        await using var server = Serve(tls);
        await using var host = await StartAsync(server, proxy.Address);

        (await _events.NextAsync()).Text.ShouldBe("by proxy");
        proxy.Requests.ShouldHaveSingleItem().Line.ShouldContain($"127.0.0.1:{server.Port}");
        (await server.NextRequestAsync()).Header("Authorization").ShouldBe("Bearer key");
    }

    [Theory]
    [InlineData(false, false, 1)]
    [InlineData(false, true, 2)]
    [InlineData(true, false, 1)]
    [InlineData(true, true, 2)]
    public async Task Should_give_its_credentials_to_the_proxy_alone_when_it_asks(bool tls, bool hangsUp, int connections)
    {
        await using var proxy = new ScriptedProxy { Credentials = Credentials, HangsUp = hangsUp };
        await using var server = Serve(tls);
        await using var host = await StartAsync(server, proxy.With(User));

        (await _events.NextAsync()).Text.ShouldBe("by proxy");
        // On a busy machine, a tunnel may break before the server has answered.
        await host.StatsHoldAsync(stats => proxy.Connections.ShouldBe(connections * (1 + (int)stats.TotalReconnectAttempts)));
        var request = await server.NextRequestAsync();
        request.Header("Proxy-Authorization").ShouldBeNull();
        request.Header("Authorization").ShouldBe("Bearer key");
        if (tls)
            proxy.Requests.ShouldAllBe(seen => seen.Header("Authorization") == null && seen.Header("Cache-Control") == null);
    }

    [Fact]
    public async Task Should_give_its_credentials_when_the_proxy_speaks_SOCKS()
    {
        await using var proxy = new ScriptedProxy { IsSocks = true, Credentials = Credentials };
        await using var server = Serve(tls: true);
        await using var host = await StartAsync(server, proxy.With(User));

        (await _events.NextAsync()).Text.ShouldBe("by proxy");
    }

    [Theory]
    [InlineData(false, false, "")]
    [InlineData(true, false, "")]
    [InlineData(false, true, "me:wrong-SECRET")]
    [InlineData(true, true, "me:wrong-SECRET")]
    [InlineData(true, false, "me:wrong-SECRET")]
    public async Task Should_fail_and_say_so_when_the_proxy_does_not_accept_the_credentials(bool tls, bool hangsUp, string user)
    {
        await using var proxy = new ScriptedProxy { Credentials = Credentials, HangsUp = hangsUp };
        await using var server = Serve(tls);
        await using var host = await StartAsync(server, user.Length > 0 ? proxy.With(user) : proxy.Address);

        (await host.States.UntilAsync(ConnectionState.Failed)).Reason.ShouldBe($"the proxy {proxy.Address} answered 407; check proxy_url");
        server.Connections.ShouldBe(0);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Should_back_off_when_407_is_retryable(bool tls)
    {
        await using var proxy = new ScriptedProxy { Credentials = Credentials };
        await using var server = Serve(tls);
        await using var host = await StartAsync(server, proxy.Address, o => o with { RetryableStatus = [407] });

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldContain("answered 407");
    }

    [Fact]
    public async Task Should_back_off_and_hide_the_password_when_a_SOCKS_proxy_does_not_accept_it()
    {
        await using var proxy = new ScriptedProxy { IsSocks = true, Credentials = Credentials };
        await using var server = Serve(tls: false);
        await using var host = await StartAsync(server, proxy.With("me:wrong-SECRET"));

        var reason = (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason;
        reason.ShouldStartWith($"the proxy {proxy.Address} did not connect to 127.0.0.1:{server.Port}");
        reason.ShouldEndWith("check proxy_url");
        reason.ShouldNotContain("SECRET");
    }

    [Fact]
    public async Task Should_back_off_when_the_proxy_makes_no_tunnel()
    {
        await using var proxy = new ScriptedProxy { Status = "502 Bad Gateway" };
        await using var server = Serve(tls: true);
        await using var host = await StartAsync(server, proxy.Address);

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldBe($"the proxy {proxy.Address} answered 502; check proxy_url");
    }

    [Theory]
    [InlineData("http")]
    [InlineData("socks5")]
    public async Task Should_name_the_proxy_when_it_refuses_the_connection(string scheme)
    {
        using var closed = new System.Net.Sockets.Socket(System.Net.Sockets.SocketType.Stream, System.Net.Sockets.ProtocolType.Tcp);
        closed.Bind(new System.Net.IPEndPoint(System.Net.IPAddress.Loopback, 0));
        var proxy = $"127.0.0.1:{((System.Net.IPEndPoint)closed.LocalEndPoint!).Port}";
        await using var server = Serve(tls: true);
        await using var host = await StartAsync(server, $"{scheme}://{User}@{proxy}");

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldBe($"the proxy {scheme}://{proxy} refused the connection; check proxy_url");
    }

    [Fact]
    public async Task Should_name_the_proxy_when_its_name_is_unknown()
    {
        await using var server = Serve(tls: false);
        await using var host = await StartAsync(server, "http://nowhere.invalid:3128");

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason
            .ShouldBe("the name of the proxy http://nowhere.invalid:3128 cannot be resolved; check proxy_url");
    }

    [Fact]
    public async Task Should_ask_the_server_once_when_it_hangs_up_behind_a_proxy_that_wanted_credentials()
    {
        await using var proxy = new ScriptedProxy { Credentials = Credentials, HangsUp = true };
        await using var server = new ScriptedServer(_ => Task.CompletedTask);
        await using var host = await StartAsync(server, proxy.With(User), o => o with { MaxReconnectAttempts = 0 });

        await host.States.UntilAsync(ConnectionState.Failed);
        server.Connections.ShouldBe(1);
    }

    [Fact]
    public async Task Should_show_the_client_certificate_to_the_server_alone_when_the_proxy_speaks_TLS()
    {
        var file = Path.Combine(_folder, "client.pfx");
        using var client = _authority.Issue();
        await File.WriteAllBytesAsync(file, client.Export(System.Security.Cryptography.X509Certificates.X509ContentType.Pfx));
        using var certificate = _authority.Issue();
        await using var proxy = new ScriptedProxy { Certificate = certificate, Host = "localhost" };
        await using var server = Serve(tls: true);
        await using var host = await StartAsync(server, proxy.Address, o => o with { SslCertPath = file });

        (await _events.NextAsync()).Text.ShouldBe(client.Thumbprint);
        proxy.Connections.ShouldBe(1);
        proxy.ClientCertificate.ShouldBeNull();
    }

    [Fact]
    public void Should_go_straight_when_there_is_to_be_no_proxy()
    {
        var route = new ProxyRoute(new StreamOptions { ProxyUrl = "none" });

        route.For(new Uri("https://example.com/events")).ShouldBeNull();
        route.Credentials.ShouldBeNull();
    }

    private ScriptedServer Serve(bool tls) => new(tls ? _authority.Issue() : null, async exchange =>
    {
        await exchange.OpenAsync();
        await exchange.WriteAsync($"data: {exchange.ClientCertificate?.GetCertHashString() ?? "by proxy"}\n\n");
        await exchange.StayAsync();
    });

    private Task<McpSseHost> StartAsync(ScriptedServer server, string proxy, Func<StreamOptions, StreamOptions>? configure = null)
    {
        var authorities = Path.Combine(_folder, "ca.pem");
        File.WriteAllText(authorities, _authority.Pem);
        return McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => (configure ?? (same => same))(Streams.Quick(o) with
            {
                AuthKey = "key",
                ProxyUrl = proxy,
                SslCaPath = authorities,
            }))
            .AddHandler(_events.Collect));
    }
}

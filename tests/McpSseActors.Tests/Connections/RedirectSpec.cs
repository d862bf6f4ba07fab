namespace McpSseActors.Tests.Connections;

/// <summary>Where redirects lead, and what goes with them.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class RedirectSpec
{
    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Should_follow_with_credentials_when_the_origin_stays(int status)
    {
        await using var server = new ScriptedServer(exchange => RedirectAsync(exchange, status, "/elsewhere?x=1"), StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(
            server.Url.ToString(),
            o => Streams.Quick(o) with { AuthKey = "key", CustomHeaders = ImmutableDictionary<string, string>.Empty.Add("X-Tenant", "t") }));

        await host.States.UntilAsync(ConnectionState.Connected);
        (await server.NextRequestAsync()).Line.ShouldBe("GET /events HTTP/1.1");
        var followed = await server.NextRequestAsync();
        followed.Line.ShouldBe("GET /elsewhere?x=1 HTTP/1.1");
        followed.Header("Authorization").ShouldBe("Bearer key");
        followed.Header("X-Tenant").ShouldBe("t");
        followed.Header("Accept").ShouldBe("text/event-stream");
    }

    [Theory]
    [InlineData(301, "/elsewhere")]
    [InlineData(308, "/elsewhere")]
    [InlineData(302, "/events")]
    [InlineData(303, "/events")]
    [InlineData(307, "/events")]
    public async Task Should_remember_only_permanent_redirects_when_it_connects_again(int status, string nextPath)
    {
        await using var server = new ScriptedServer(exchange => RedirectAsync(exchange, status, "/elsewhere"), OpenAndEndAsync, StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick));

        await server.NextRequestAsync();
        await server.NextRequestAsync();
        (await server.NextRequestAsync()).Line.ShouldBe($"GET {nextPath} HTTP/1.1");
    }

    [Fact]
    public async Task Should_forget_what_follows_a_temporary_redirect_when_a_permanent_one_comes_after_it()
    {
        await using var server = new ScriptedServer(
            exchange => RedirectAsync(exchange, 301, "/first"),
            exchange => RedirectAsync(exchange, 302, "/second"),
            exchange => RedirectAsync(exchange, 301, "/third"),
            OpenAndEndAsync,
            StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick));

        for (var i = 0; i < 4; i++)
            await server.NextRequestAsync();
        (await server.NextRequestAsync()).Line.ShouldBe("GET /first HTTP/1.1");
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Should_keep_secrets_to_itself_when_another_origin_is_named(int status)
    {
        await using var other = new ScriptedServer(OpenAndEndAsync, StayOpenAsync);
        await using var server = new ScriptedServer(exchange => RedirectAsync(exchange, status, other.Url.ToString()));
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), o => Streams.Quick(o) with
        {
            AuthKey = "key",
            CustomHeaders = ImmutableDictionary<string, string>.Empty.Add("X-Tenant", "t"),
            HttpMethod = "POST",
            HttpBody = "{\"secret\":true}",
        }));

        for (var i = 0; i < 2; i++)
        {
            var followed = await other.NextRequestAsync();
            followed.Header("Authorization").ShouldBeNull();
            followed.Header("X-Tenant").ShouldBeNull();
            followed.Body.ShouldBeEmpty();
        }

        (await server.NextRequestAsync()).Header("Authorization").ShouldBe("Bearer key");
    }

    [Fact]
    public async Task Should_name_the_host_it_spoke_to_when_a_redirect_leads_to_trouble()
    {
        await using var server = new ScriptedServer(exchange => RedirectAsync(exchange, 302, "http://nowhere.invalid/events?token=SECRET"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick));

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldBe("the name nowhere.invalid cannot be resolved; check server_url and DNS");
    }

    // Otherwise another origin could have the token and the body sent to any path of the configured one.
    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Should_keep_secrets_to_itself_when_another_origin_redirects_back(int status)
    {
        ScriptedServer? server = null;
        await using var other = new ScriptedServer(exchange => RedirectAsync(exchange, status, $"{server!.Url}/other?x=1"));
        server = new ScriptedServer(exchange => RedirectAsync(exchange, status, other.Url.ToString()), exchange => RedirectAsync(exchange, status, "/further"), StayOpenAsync);
        await using var home = server;
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Secretive));

        (await server.NextRequestAsync()).Header("Authorization").ShouldBe("Bearer key");
        ShouldBeWithoutSecrets(await other.NextRequestAsync(), "/events");
        ShouldBeWithoutSecrets(await server.NextRequestAsync(), "/events/other?x=1");
        ShouldBeWithoutSecrets(await server.NextRequestAsync(), "/further");
    }

    [Fact]
    public async Task Should_not_remember_a_path_that_another_origin_chose_when_it_connects_again()
    {
        ScriptedServer? server = null;
        await using var other = new ScriptedServer(exchange => RedirectAsync(exchange, 308, $"{server!.Url}/other"));
        server = new ScriptedServer(exchange => RedirectAsync(exchange, 308, other.Url.ToString()), OpenAndEndAsync, StayOpenAsync);
        await using var home = server;
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Secretive));

        await server.NextRequestAsync();
        for (var i = 0; i < 2; i++)
        {
            ShouldBeWithoutSecrets(await other.NextRequestAsync(), "/events");
            ShouldBeWithoutSecrets(await server.NextRequestAsync(), "/events/other");
        }
    }

    [Theory]
    [InlineData("http")]
    [InlineData("https")]
    public async Task Should_verify_certificates_of_another_origin_when_verify_ssl_is_false(string scheme)
    {
        using var certificate = CertificateAuthority.SelfSigned("CN=server");
        await using var other = new ScriptedServer(certificate, StayOpenAsync);
        await using var server = new ScriptedServer(scheme == "https" ? certificate : null, exchange => RedirectAsync(exchange, 307, other.Url.ToString()));
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), o => Streams.Quick(o) with { VerifySsl = false }));

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldStartWith($"TLS with 127.0.0.1:{other.Port} failed");
    }

    [Fact]
    public async Task Should_accept_any_certificate_of_the_configured_origin_when_another_redirects_back_and_verify_ssl_is_false()
    {
        using var certificate = CertificateAuthority.SelfSigned("CN=server");
        ScriptedServer? server = null;
        await using var other = new ScriptedServer(exchange => RedirectAsync(exchange, 307, $"{server!.Url}/other"));
        server = new ScriptedServer(certificate, exchange => RedirectAsync(exchange, 307, other.Url.ToString()), StayOpenAsync);
        await using var home = server;
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), o => Secretive(o) with { VerifySsl = false }));

        await host.States.UntilAsync(ConnectionState.Connected);
        await server.NextRequestAsync();
        ShouldBeWithoutSecrets(await server.NextRequestAsync(), "/events/other");
    }

    [Theory]
    [InlineData(301, "GET", "")]
    [InlineData(302, "GET", "")]
    [InlineData(303, "GET", "")]
    [InlineData(307, "POST", "{}")]
    [InlineData(308, "POST", "{}")]
    public async Task Should_keep_the_method_only_for_307_and_308_when_it_posts(int status, string method, string body)
    {
        await using var server = new ScriptedServer(exchange => RedirectAsync(exchange, status, "/elsewhere"), StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { HttpMethod = "POST", HttpBody = "{}" }));

        await server.NextRequestAsync();
        var followed = await server.NextRequestAsync();
        followed.Line.ShouldBe($"{method} /elsewhere HTTP/1.1");
        followed.Body.ShouldBe(body);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Should_fail_after_ten_when_redirects_go_in_a_circle(int status)
    {
        await using var server = new ScriptedServer(exchange => RedirectAsync(exchange, status, "/events"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick));

        (await host.States.UntilAsync(ConnectionState.Failed)).Reason.ShouldContain("more than 10 times");
        server.Connections.ShouldBe(11);
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    [InlineData(307)]
    [InlineData(308)]
    public async Task Should_fail_when_a_redirect_has_no_Location(int status)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync($"{status} Elsewhere"));
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick));

        (await host.States.UntilAsync(ConnectionState.Failed)).Reason.ShouldContain($"{status} without a Location");
        server.Connections.ShouldBe(1);
    }

    [Theory]
    [InlineData("Location: ftp://127.0.0.1/events\r\n", "ftp:")]
    [InlineData("Location: javascript:alert(1)\r\n", "javascript:")]
    [InlineData("Location: file:///etc/passwd\r\n", "file:")]
    public async Task Should_fail_when_a_redirect_leads_nowhere(string header, string named)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync("302 Found", header));
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick));

        (await host.States.UntilAsync(ConnectionState.Failed)).Reason.ShouldContain(named);
        server.Connections.ShouldBe(1);
    }

    [Theory]
    [InlineData("Location: http://[bad\r\n")]
    [InlineData("Location: http://\r\n")]
    [InlineData("Location: //\r\n")]
    [InlineData("Location: http://127.0.0.1:99999/\r\n")]
    [InlineData("Location: http://a b/\r\n")]
    public async Task Should_fail_when_a_Location_is_no_address(string header)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync("302 Found", header));
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(server.Url.ToString(), Streams.Quick));

        await host.States.NextAsync();
        (await host.States.NextAsync()).ShouldSatisfyAllConditions(
            change => change.NewState.ShouldBe(ConnectionState.Failed),
            change => change.Reason.ShouldContain("Location"));
    }

    private static StreamOptions Secretive(StreamOptions options) => Streams.Quick(options) with
    {
        AuthKey = "key",
        CustomHeaders = ImmutableDictionary<string, string>.Empty.Add("X-Tenant", "t"),
        HttpMethod = "POST",
        HttpBody = "{\"secret\":true}",
    };

    private static void ShouldBeWithoutSecrets(Request request, string path)
    {
        request.Line.ShouldEndWith($" {path} HTTP/1.1");
        request.Header("Authorization").ShouldBeNull();
        request.Header("X-Tenant").ShouldBeNull();
        request.Body.ShouldBeEmpty();
    }

    private static Task RedirectAsync(Exchange exchange, int status, string location) =>
        exchange.AnswerAsync($"{status} Elsewhere", $"Location: {location}\r\n");

    private static Task OpenAndEndAsync(Exchange exchange) => exchange.OpenAsync();
}

namespace McpSseActors.Tests.Mcp;

/// <summary>Where secrets go: to the configured origin, and nowhere else; and redirects.</summary>
public sealed class McpSecretSpec : McpSpec
{
    [Theory]
    [InlineData("streamable-http", 307)]
    [InlineData("streamable-http", 308)]
    [InlineData("subscriptions", 307)]
    [InlineData("http-sse", 308)]
    public async Task Should_follow_a_redirect_within_the_origin_with_all_that_was_sent(string transport, int status)
    {
        await using var server = await FakeMcp.StartAsync(Server(transport));
        server.Instead = async call =>
        {
            if (call.Path == "/mcp" && (transport != "http-sse" || call.What == "GET"))
                await call.TextAsync(status, headers: ("Location", "/moved"));
            return call.Path == "/mcp";
        };
        await using var host = await ListenAsync(server.Url, transport, o => o with { AuthKey = "token" });

        await host.States.UntilAsync(ConnectionState.Connected);
        var (asked, followed) = (server.Calls[0], server.Calls[1]);
        (asked.Path, followed.Path).ShouldBe(("/mcp", "/moved"));
        (followed.What, followed.HttpMethod, followed.Json.GetRawText()).ShouldBe((asked.What, asked.HttpMethod, asked.Json.GetRawText()));
        foreach (var header in new[] { "Authorization", "Accept", "Content-Type", "MCP-Protocol-Version", "Mcp-Method" })
            followed.Header(header).ShouldBe(asked.Header(header));
        followed.Header("Authorization").ShouldBe("Bearer token");
    }

    [Theory]
    [InlineData("streamable-http")]
    [InlineData("subscriptions")]
    [InlineData("http-sse")]
    [InlineData("auto")]
    public async Task Should_ask_nothing_of_another_origin_when_redirected_there(string transport)
    {
        await using var elsewhere = await FakeMcp.StartAsync(new ModernMcp());
        await using var server = await FakeMcp.StartAsync(Server(transport));
        server.Instead = async call =>
        {
            await call.TextAsync(307, headers: ("Location", $"{elsewhere.Url}?SECRET"));
            return true;
        };
        await using var host = await ListenAsync(server.Url, transport, o => o with { AuthKey = "SECRET" });

        var reason = await FailedAsync(host);
        reason.ShouldContain($"another origin, http://{new Uri(elsewhere.Url).Authority}, which");
        elsewhere.Calls.ShouldBeEmpty();
        Overheard.ShouldHoldNo("SECRET");
    }

    [Theory]
    [InlineData(301)]
    [InlineData(302)]
    [InlineData(303)]
    public async Task Should_not_make_a_message_a_GET_when_redirected(int status)
    {
        await using var server = await FakeMcp.StartAsync(new SessionMcp());
        server.Instead = async call =>
        {
            await call.TextAsync(status, headers: ("Location", "/moved"));
            return true;
        };
        await using var host = await ListenAsync(server.Url, "streamable-http");

        (await FailedAsync(host)).ShouldContain($"{status}");
        server.Calls.Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("streamable-http", "nothing")]
    [InlineData("streamable-http", "a broken stream")]
    [InlineData("streamable-http", "a forgotten session")]
    [InlineData("streamable-http", "a refused session")]
    [InlineData("streamable-http", "a blocked session")]
    [InlineData("streamable-http", "a server that is down")]
    [InlineData("streamable-http", "a refused request")]
    [InlineData("http-sse", "a broken stream")]
    [InlineData("http-sse", "a refused request")]
    [InlineData("subscriptions", "a broken stream")]
    [InlineData("auto", "a broken stream")]
    [InlineData("auto", "a server that is down")]
    public async Task Should_say_no_secret_when_the_fault_is(string transport, string fault)
    {
        await using var server = await FakeMcp.StartAsync(Server(transport));
        await using (var host = await ListenAsync($"{server.Url}?key=SECRET-query", transport, WithSecrets, hocon: Overheard.Everything))
        {
            await server.StreamAsync(1);
            await host.States.UntilAsync(ConnectionState.Connected);
            await BreakAsync(server, fault);
            if (fault != "nothing")
                await host.States.UntilAsync(ConnectionState.BackingOff);
            Overheard.Add(await StatsAsync(host));
            Overheard.Add(await host.Client.GetStatsAsync());
            await host.Client.RestartAsync();
            await host.Client.StopAsync();
            Overheard.Add(await StatsAsync(host));
        }

        Overheard.Said.Count.ShouldBeGreaterThan(30);
        Overheard.ShouldHoldNo("SECRET");
    }

    [Theory]
    [InlineData("streamable-http", "resources/subscribe")]
    [InlineData("streamable-http", "initialize")]
    [InlineData("subscriptions", "subscriptions/listen")]
    public async Task Should_say_no_secret_when_the_server_repeats_them_in_an_error(string transport, string refused)
    {
        await using var server = await FakeMcp.StartAsync(Server(transport));
        server.Instead = async call =>
        {
            if (call.What == refused)
                await call.ErrorAsync(200, -32000, $"no {call.Header("Mcp-Session-Id")} for {call.Header("Authorization")}, {call.Header("X-Api-Key")}, SECRET-query");
            return call.What == refused;
        };
        StreamOptions Options(StreamOptions options) => WithSecrets(options) with { Credentials = FreshToken, Mcp = new McpListenOptions { Resources = ["demo://a"] } };
        await using (await ListenAsync($"{server.Url}?key=SECRET-query", transport, Options, hocon: Overheard.Everything))
        {
            await Overheard.UntilAsync("error -32000: no");
        }

        Overheard.ShouldHoldNo("SECRET");

        static ValueTask<string?> FreshToken(CredentialContext context, CancellationToken cancellation) => ValueTask.FromResult<string?>("SECRET-token");
    }

    [Fact]
    public void Should_say_no_session_ID_when_it_is_written_out() =>
        new McpSseActors.Mcp.McpSession(new Uri("http://h/"), "SECRET", "2025-11-25", new()).ToString().ShouldNotContain("SECRET");

    private static async Task BreakAsync(FakeMcp server, string fault)
    {
        if (fault == "a server that is down")
        {
            await server.StopAsync();
            return;
        }

        var status = fault switch
        {
            "a forgotten session" => 404,
            "a refused session" => 401,
            "a blocked session" => 409,
            "a refused request" => 500,
            _ => 0,
        };
        server.Instead = async call =>
        {
            if (status > 0 && call.What is not "initialize")
                await call.TextAsync(status, $"no session {call.Header("Mcp-Session-Id")} for {call.Header("Authorization")}", headers: ("WWW-Authenticate", "Bearer realm=\"SECRET\""));
            return status > 0 && call.What is not "initialize";
        };
        if (fault != "nothing")
            server.Stream.Abort();
    }

    private StreamOptions WithSecrets(StreamOptions options)
    {
        var secret = options with
        {
            AuthKey = "SECRET-key",
            CustomHeaders = ImmutableDictionary<string, string>.Empty.Add("X-Api-Key", "SECRET-header"),
            MaxReconnectAttempts = 2,
        };
        Overheard.Add(secret);
        return secret;
    }

    private static FakeMcp Server(string transport) => transport switch
    {
        "streamable-http" => new SessionMcp { Prefix = "SECRET-session" },
        "http-sse" => new OldMcp { Endpoint = "/messages?session=SECRET-session" },
        _ => new ModernMcp(),
    };
}

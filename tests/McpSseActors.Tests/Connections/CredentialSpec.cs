namespace McpSseActors.Tests.Connections;

/// <summary>What follows when the server does not accept the credentials.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class CredentialSpec
{
    private readonly List<CredentialContext> _contexts = [];
    private int _asked;

    [Theory]
    [InlineData("401 Unauthorized")]
    [InlineData("403 Forbidden")]
    public async Task Should_fail_without_a_second_request_when_the_key_is_static(string status)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync(status));
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { AuthKey = "key" }));

        (await host.States.UntilAsync(ConnectionState.Failed)).Reason.ShouldContain(status[..3]);
        (await server.NextRequestAsync()).Header("Authorization").ShouldBe("Bearer key");
        server.Connections.ShouldBe(1);
    }

    [Theory]
    [InlineData("401 Unauthorized")]
    [InlineData("403 Forbidden")]
    public async Task Should_try_once_more_with_a_fresh_token_and_then_fail_when_there_is_a_source(string status)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync(status));
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { Credentials = NextToken }));

        (await host.States.NextAsync()).NewState.ShouldBe(ConnectionState.Connecting);
        (await host.States.NextAsync()).NewState.ShouldBe(ConnectionState.Connecting);
        (await host.States.NextAsync()).NewState.ShouldBe(ConnectionState.Failed);
        (await server.NextRequestAsync()).Header("Authorization").ShouldBe("Bearer token-1");
        (await server.NextRequestAsync()).Header("Authorization").ShouldBe("Bearer token-2");
        server.Connections.ShouldBe(2);
    }

    [Fact]
    public async Task Should_connect_when_the_fresh_token_is_accepted()
    {
        await using var server = new ScriptedServer(
            exchange => exchange.AnswerAsync("401 Unauthorized"),
            exchange => exchange.OpenAsync(),
            exchange => exchange.AnswerAsync("401 Unauthorized"),
            StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { Credentials = NextToken }));

        await host.States.UntilAsync(ConnectionState.Connected);
        await host.States.UntilAsync(ConnectionState.BackingOff);
        await host.States.UntilAsync(ConnectionState.Connected);
        for (var i = 1; i <= 4; i++)
            (await server.NextRequestAsync()).Header("Authorization").ShouldBe($"Bearer token-{i}");
    }

    [Theory]
    [InlineData("sse")]
    [InlineData("http-sse")]
    [InlineData("streamable-http")]
    [InlineData("subscriptions")]
    [InlineData("auto")]
    public async Task Should_tell_the_source_what_the_server_asks_for(string transport)
    {
        const string Asked = """WWW-Authenticate: Basic realm="x", Bearer realm="a, \"b\"", scope="events:read files:read", resource_metadata="https://as.example/meta?a=b", error=insufficient_scope""" + "\r\n";
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync("401 Unauthorized", Asked));
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { Transport = StreamTransport.Parse(transport), Credentials = NextToken }));

        await host.States.UntilAsync(ConnectionState.Failed);

        _contexts.Count.ShouldBe(2);
        _contexts.ShouldAllBe(context => context.Url == server.Url);
        (_contexts[0].WasRefused, _contexts[0].Refusal, _contexts[0].Challenge).ShouldBe((false, null, null));
        (_contexts[1].WasRefused, _contexts[1].Refusal).ShouldBe((true, System.Net.HttpStatusCode.Unauthorized));
        var challenge = _contexts[1].Challenge.ShouldNotBeNull();
        (challenge.Scheme, challenge.Scope, challenge.ResourceMetadata, challenge.Error).ShouldBe(("Bearer", "events:read files:read", "https://as.example/meta?a=b", "insufficient_scope"));
        challenge.Parameters["REALM"].ShouldBe("a, \"b\"");
    }

    [Theory]
    [InlineData("", null, null)]
    [InlineData("WWW-Authenticate: Negotiate\r\n", "Negotiate", null)]
    [InlineData("WWW-Authenticate: bearer scope=a\r\n", "bearer", "a")]
    [InlineData("WWW-Authenticate: Bearer scope=\"a\", scope=\"b\"\r\n", "Bearer", "a")]
    [InlineData("WWW-Authenticate: Basic realm=\"x\"\r\nWWW-Authenticate: Bearer scope=\"a b\"\r\n", "Bearer", "a b")]
    [InlineData("WWW-Authenticate: , ,=\"\r\n", null, null)]
    public async Task Should_read_the_challenge(string headers, string? scheme, string? scope)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync("403 Forbidden", headers));
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { Credentials = NextToken }));

        await host.States.UntilAsync(ConnectionState.Failed);

        _contexts[1].Refusal.ShouldBe(System.Net.HttpStatusCode.Forbidden);
        (_contexts[1].Challenge?.Scheme, _contexts[1].Challenge?.Scope).ShouldBe((scheme, scope));
    }

    [Fact]
    public async Task Should_tell_no_refusal_after_an_answer_that_is_none()
    {
        await using var server = new ScriptedServer(
            exchange => exchange.AnswerAsync("401 Unauthorized"),
            exchange => exchange.AnswerAsync("503 Unavailable"),
            StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { Credentials = NextToken }));

        await host.States.UntilAsync(ConnectionState.Connected);

        _contexts.Select(context => context.WasRefused).ShouldBe([false, true, false]);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("")]
    public async Task Should_send_no_header_when_the_source_has_no_token(string? token)
    {
        await using var server = new ScriptedServer(StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { Credentials = (_, _) => ValueTask.FromResult(token) }));

        (await server.NextRequestAsync()).Header("Authorization").ShouldBeNull();
    }

    [Fact]
    public async Task Should_back_off_when_the_source_throws()
    {
        CredentialSource source = (_, _) => ++_asked == 1 ? throw new InvalidOperationException("the vault is sealed") : ValueTask.FromResult<string?>("token");
        await using var server = new ScriptedServer(StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { Credentials = source }));

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldBe("the credential source threw InvalidOperationException");
        await host.States.UntilAsync(ConnectionState.Connected);
        (await server.NextRequestAsync()).Header("Authorization").ShouldBe("Bearer token");
    }

    [Theory]
    [InlineData("SECRET\nx")]
    [InlineData("SECRET x")]
    [InlineData("SECRET\u007f")]
    [InlineData("SECRETé")]
    public async Task Should_back_off_and_say_so_when_the_token_fits_in_no_header(string token)
    {
        CredentialSource source = (_, _) => ValueTask.FromResult<string?>(++_asked == 1 ? token : "token");
        await using var server = new ScriptedServer(StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp
            .AddStream(server.Url.ToString(), o => Streams.Quick(o) with { Credentials = source }));

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldBe("the credential source returned a token that is not visible ASCII");
        await host.States.UntilAsync(ConnectionState.Connected);
        (await server.NextRequestAsync()).Header("Authorization").ShouldBe("Bearer token");
    }

    [Fact]
    public async Task Should_back_off_when_the_source_never_answers()
    {
        CredentialSource source = async (_, _) =>
        {
            if (++_asked == 1)
                await new TaskCompletionSource().Task;
            return "token";
        };
        await using var server = new ScriptedServer(StayOpenAsync);
        await using var host = await McpSseHost.StartAsync(mcp => mcp.AddStream(
            server.Url.ToString(),
            o => Streams.Quick(o) with { Credentials = source, ConnectionTimeout = TimeSpan.FromSeconds(0.3) }));

        (await host.States.UntilAsync(ConnectionState.BackingOff)).Reason.ShouldContain("connection_timeout");
        await host.States.UntilAsync(ConnectionState.Connected);
    }

    private ValueTask<string?> NextToken(CredentialContext context, CancellationToken cancellation)
    {
        _contexts.Add(context);
        return ValueTask.FromResult<string?>($"token-{++_asked}");
    }
}

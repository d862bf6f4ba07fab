namespace McpSseActors.Tests.EndToEnd;

/// <summary>Each fault by itself, in a stream full of secrets, with everything logged that can be logged.</summary>
[Trait("Category", "FaultMatrix")]
public sealed class SecretFaultSpec
{
    private const string Stream = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";
    private const string Chunked = Stream + "Transfer-Encoding: chunked\r\n\r\n";

    private readonly Overheard _overheard = new();

    [Theory]
    [InlineData("200 OK")]
    [InlineData("204 No Content")]
    [InlineData("301 Moved")]
    [InlineData("302 Found")]
    [InlineData("303 See Other")]
    [InlineData("307 Temporary Redirect")]
    [InlineData("308 Permanent Redirect")]
    [InlineData("400 Bad Request")]
    [InlineData("401 Unauthorized")]
    [InlineData("403 Forbidden")]
    [InlineData("404 Not Found")]
    [InlineData("407 Proxy Authentication Required")]
    [InlineData("408 Request Timeout")]
    [InlineData("410 Gone")]
    [InlineData("425 Too Early")]
    [InlineData("429 Too Many Requests")]
    [InlineData("500 Internal Server Error")]
    [InlineData("502 Bad Gateway")]
    [InlineData("503 Service Unavailable")]
    public async Task Should_say_no_secret_when_the_status_is(string status)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync(
            $"{status}: SECRET-phrase", "Location: /events?token=SECRET-moved#SECRET\r\nWWW-Authenticate: Bearer realm=\"SECRET\"\r\nRetry-After: SECRET\r\n"));
        await HearAsync($"{server.Url}?token=SECRET-query", o => o);
    }

    [Theory]
    [InlineData("http://user:SECRET@127.0.0.1:1/?SECRET")]
    [InlineData("http://nowhere.invalid/?SECRET#SECRET")]
    [InlineData("ftp://127.0.0.1/SECRET")]
    [InlineData("http://[SECRET")]
    [InlineData("//SECRET:SECRET@:/")]
    public Task Should_say_no_secret_when_a_redirect_leads_to(string location) =>
        HearAsync(exchange => exchange.AnswerAsync("302 Found", $"Location: {location}\r\n"));

    [Theory]
    [InlineData("no HTTP", "SECRET SECRET\r\n\r\n")]
    [InlineData("a bad status line", "HTTP/1.1 SECRET\r\n\r\n")]
    [InlineData("a bad header line", "HTTP/1.1 200 OK\r\nSECRET\r\n\r\n")]
    [InlineData("half a head", "HTTP/1.1 200 OK\r\nX-Key: SECRET")]
    [InlineData("a bad encoding", Stream + "Transfer-Encoding: SECRET\r\n\r\n: SECRET\n\n")]
    [InlineData("a bad length", Stream + "Content-Length: SECRET\r\n\r\n")]
    [InlineData("nothing", "")]
    [InlineData("a clean end", Stream + "Set-Cookie: SECRET\r\nConnection: close\r\n\r\n")]
    [InlineData("half a body", Stream + "Content-Length: 1000\r\n\r\ndata: x\n\n: SECRET")]
    [InlineData("half a chunk", Chunked + "ff\r\n: SECRET")]
    [InlineData("a chunk size that is data", Chunked + "SECRET\r\n: x\n\n\r\n")]
    [InlineData("a chunk without its end", Chunked + "3\r\n:\n\nSECRET\r\n")]
    public Task Should_say_no_secret_when_the_answer_is(string answer, string text)
    {
        _ = answer;
        return HearAsync(exchange => exchange.WriteAsync(text));
    }

    [Theory]
    [InlineData("")]
    [InlineData(Stream)]
    [InlineData(Stream + "\r\n")]
    [InlineData(Stream + "\r\ndata: x\n\n")]
    public async Task Should_say_no_secret_when_silence_follows(string text) => await HearAsync(async exchange =>
    {
        await exchange.WriteAsync(text);
        await exchange.StayAsync();
    });

    [Theory]
    [InlineData("")]
    [InlineData(Stream + "\r\n")]
    [InlineData(Stream + "\r\ndata: x\n\n")]
    public async Task Should_say_no_secret_when_a_reset_follows(string text) => await HearAsync(async exchange =>
    {
        await exchange.WriteAsync(text);
        exchange.Reset();
    });

    [Fact]
    public Task Should_say_no_secret_when_a_header_is_huge() => HearAsync(exchange =>
        exchange.WriteAsync($"{Stream}X-Key: SECRET{new string('x', 100_000)}\r\n\r\n"));

    [Theory]
    [InlineData("http://nowhere.invalid/?token=SECRET#SECRET")]
    [InlineData("http://127.0.0.1:1/?token=SECRET#SECRET")]
    public Task Should_say_no_secret_when_nobody_is_there(string url) => HearAsync(url, o => o);

    [Fact]
    public async Task Should_say_no_secret_when_a_handler_throws()
    {
        await HearAsync(exchange => exchange.WriteAsync($"{Stream}Connection: close\r\n\r\ndata: x\n\n"));
        _overheard.Said.ShouldContain(line => line.Contains("careless", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Should_say_no_secret_when_TLS_fails()
    {
        using var certificate = CertificateAuthority.SelfSigned("CN=server");
        await using var server = new ScriptedServer(certificate, exchange => exchange.OpenAsync());
        await HearAsync($"{server.Url}?token=SECRET", o => o);
        _overheard.Said.ShouldContain(line => line.Contains("TLS with", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("http://SECRET:SECRET@127.0.0.1:1")]
    [InlineData("socks5://SECRET:SECRET@127.0.0.1:1")]
    [InlineData("http://SECRET:SECRET@nowhere.invalid")]
    public Task Should_say_no_secret_when_a_proxy_cannot_be_reached(string proxy) =>
        HearAsync("https://127.0.0.1:2/?SECRET", o => o with { ProxyUrl = proxy });

    [Theory]
    [InlineData("client.pfx")]
    [InlineData("client.crt")]
    public async Task Should_say_no_secret_when_a_client_certificate_cannot_be_read(string name)
    {
        var folder = Directory.CreateTempSubdirectory("mcp-sse-secret-");
        var file = Path.Combine(folder.FullName, name);
        await File.WriteAllTextAsync(file, "-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----\n");
        var fault = await Should.ThrowAsync<McpSseConfigurationException>(() => HearAsync("https://127.0.0.1:1/?SECRET", o => o with
        {
            SslCertPath = file,
            SslKeyPath = name.EndsWith(".crt", StringComparison.Ordinal) ? file : "",
            SslCertPassword = "SECRET-password",
        }));
        folder.Delete(recursive: true);

        _overheard.Add(fault);
        fault.ToString().ShouldContain("ssl_cert_path");
        _overheard.ShouldHoldNo("SECRET");
    }

    public static TheoryData<string, CredentialSource> Sources => new()
    {
        { "throws", (_, _) => throw new InvalidOperationException("SECRET", new IOException("SECRET")) },
        { "fails later", async (_, _) => { await Task.Yield(); throw new HttpRequestException("https://vault/?SECRET"); } },
        {
            "throws when it is cancelled", async (_, cancellation) =>
            {
                await Task.Delay(Timeout.Infinite, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
                throw new InvalidOperationException("SECRET");
            }
        },
        { "gives up", (_, _) => throw new OperationCanceledException("SECRET") },
        { "gives a token with a line break", (_, _) => ValueTask.FromResult<string?>("SECRET\r\nX: SECRET") },
        { "gives a token that is no ASCII", (_, _) => ValueTask.FromResult<string?>("SECRET-größe") },
        { "gives a token that is refused", (_, _) => ValueTask.FromResult<string?>("SECRET") },
    };

    [Theory]
    [MemberData(nameof(Sources), DisableDiscoveryEnumeration = true)]
    public async Task Should_say_no_secret_when_a_credential_source(string does, CredentialSource source)
    {
        _ = does;
        await HearAsync(exchange => exchange.AnswerAsync("401 Unauthorized"), o => o with { AuthKey = "", Credentials = source });
    }

    private async Task HearAsync(Func<Exchange, Task> script, Func<StreamOptions, StreamOptions>? configure = null)
    {
        await using var server = new ScriptedServer(script, script, exchange => exchange.AnswerAsync("404 Not Found"));
        await HearAsync($"{server.Url}?token=SECRET-query", configure ?? (o => o));
    }

    private async Task HearAsync(string url, Func<StreamOptions, StreamOptions> configure)
    {
        await using (var host = await McpSseHost.StartAsync(
            mcp => mcp
                .AddStream(url, o => Configure(configure(WithSecrets(Streams.Quick(o)))))
                .AddHandler((McpEvent _) => { throw new InvalidOperationException("careless"); }),
            Overheard.Everything,
            watch: _overheard.ListenTo))
        {
            await Eventually.HoldsAsync(async () =>
                (await host.Client.GetStatsAsync()).State.ShouldBeOneOf(ConnectionState.Failed, ConnectionState.Stopped));
            _overheard.Add(await host.Client.GetStatsAsync());
            _overheard.Add((await host.Client.GetAllStatsAsync())[0]);
            _overheard.Add(await host.McpSse.Ask<StreamStateChanged>(new GetState(), Within.Limit));
            _overheard.Add(await host.McpSse.Ask<HandlerList>(new GetHandlers(), Within.Limit));
            _overheard.Add(await Record.ExceptionAsync(() => host.Client.GetStatsAsync("nobody")));
            _overheard.Add(await Record.ExceptionAsync(() => host.Client.GetEventsByTypeAsync("")));
            await host.Client.RestartAsync();
            await _overheard.CaughtUpAsync();
            _overheard.Add(await Record.ExceptionAsync(() => host.StopAsync()));
        }

        _overheard.Said.Count.ShouldBeGreaterThan(30);
        _overheard.ShouldHoldNo("SECRET");
    }

    private StreamOptions Configure(StreamOptions options)
    {
        _overheard.Add(options);
        _overheard.Add(new McpSseOptions { Streams = [options] });
        return options;
    }

    private static StreamOptions WithSecrets(StreamOptions options) => options with
    {
        AuthKey = "SECRET-key",
        CustomHeaders = ImmutableDictionary<string, string>.Empty.Add("X-Api-Key", "SECRET-header").Add("Cookie", "SECRET-cookie"),
        HttpMethod = "POST",
        HttpBody = "{\"key\":\"SECRET-body\"}",
        ConnectionTimeout = TimeSpan.FromSeconds(0.5),
        ReadTimeout = TimeSpan.FromSeconds(0.3),
        MaxReconnectAttempts = 1,
    };
}

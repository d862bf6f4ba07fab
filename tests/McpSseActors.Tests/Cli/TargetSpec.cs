using McpSseActors.Cli;
using McpSseActors.TestServer.Demo;

namespace McpSseActors.Tests.Cli;

/// <summary>What a command works on: a URL or a file, with options and variables.</summary>
public sealed class TargetSpec : IDisposable
{
    private readonly CliRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("check my.toml")]
    [InlineData("run my.toml --count 1")]
    [InlineData("watch my.toml --json")]
    [InlineData("record my.toml --output a.rec --count 1")]
    [InlineData("test my.toml --listen 0")]
    [InlineData("test reconnect my.toml")]
    [InlineData("test URL --listen 0")]
    [InlineData("test reconnect URL")]
    public async Task Should_take_the_file_or_the_url_when_it_is_an_argument(string line)
    {
        await using var server = await DemoServer.StartAsync(new DemoServerOptions { Rate = 50 });
        _run.Write("my.toml", $"[mcp_sse]\nenable = true\nserver_url = \"{server.Url}\"\n");

        var code = _run.InvokeAsync([.. line.Replace("URL", server.Url.AbsoluteUri, StringComparison.Ordinal).Split(' ')]);
        if (line.StartsWith("watch", StringComparison.Ordinal))
        {
            await _run.LineAsync("Connected");
            _run.PressCtrlC();
        }

        (await code).ShouldBe(ExitCodes.Ok, _run.Out + _run.Error);
    }

    [Theory]
    [InlineData("check a.toml --config b.toml", "Specify the file once")]
    [InlineData("run a.toml --config b.toml", "Specify the file once")]
    [InlineData("watch http://localhost/ --config b.toml", "cannot be combined")]
    [InlineData("watch a.toml --attach http://localhost/", "cannot be combined")]
    [InlineData("test http://localhost/ --config b.toml", "cannot be combined")]
    [InlineData("test reconnect a.toml --url http://localhost/", "cannot be combined")]
    [InlineData("record a.toml --header a=b --output x.rec", "--header requires a URL")]
    [InlineData("watch a.toml --insecure", "--insecure requires a URL")]
    [InlineData("check http://localhost:8080/events", "For a URL, use 'mcp-sse listen', 'watch', 'test' or 'record'")]
    [InlineData("run https://localhost/mcp", "For a URL, use 'mcp-sse listen', 'watch', 'test' or 'record'")]
    [InlineData("check localhost:8080/events", "write an absolute URL, as http://localhost:8080/events")]
    [InlineData("check .", ".: this is a directory; name the file in it")]
    [InlineData("run .", ".: this is a directory; name the file in it")]
    [InlineData("check /proc/self/mem", "/proc/self/mem: the file cannot be read (IOException); name a readable file")]
    [InlineData("listen http://localhost/ --header nothing", "write it as NAME=VALUE or 'NAME: VALUE'")]
    [InlineData("listen http://localhost/ --proxy nonsense", "command line: proxy_url: ")]
    [InlineData("listen http://localhost/ --cacert none.pem", "command line: ssl_ca_path: ")]
    [InlineData("lisen http://localhost/", "'lisen'. Did you mean 'listen'?")]
    [InlineData("run --cuont 3", "'--cuont'. Did you mean '--count'?")]
    [InlineData("run --verbos", "'--verbos'. Did you mean '--verbose'?")]
    [InlineData("listen --transprt sse http://localhost/", "'--transprt'. Did you mean '--transport'?")]
    [InlineData("test recconect", "does not exist")]
    public async Task Should_say_in_one_line_what_to_do_when_the_command_line_is_wrong(string line, string hint)
    {
        (await _run.InvokeAsync(line.Split(' '))).ShouldBe(ExitCodes.Usage);

        (_run.Out + _run.Error).ShouldContain(hint);
        (_run.Out + _run.Error).TrimEnd().Split('\n').Where(each => !each.StartsWith("Try 'mcp-sse", StringComparison.Ordinal)).ShouldHaveSingleItem();
    }

    [Theory]
    [InlineData("2", null, "PRI * HTTP/2.0")]
    [InlineData(null, "2", "PRI * HTTP/2.0")]
    [InlineData("1.1", "2", "GET /events HTTP/1.1")]
    public async Task Should_use_the_version_of_HTTP(string? option, string? variable, string line)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync("404 Not Found"));
        if (variable is not null)
            _run.Variables["MCP_SSE__HTTP_VERSION"] = variable;

        var listening =
            _run.InvokeAsync(["listen", server.Url.ToString(), "--transport", "sse", .. option is null ? [] : (string[])["--http-version", option]]);

        (await server.NextRequestAsync()).Line.ShouldBe(line);
        _run.PressCtrlC();
        await listening;
    }

    [Fact]
    public async Task Should_not_offer_an_option_that_the_command_does_not_have_when_a_file_exists()
    {
        _run.Write("a.rec", "");

        (await _run.InvokeAsync("record", "http://localhost/", "--output", "a.rec")).ShouldBe(ExitCodes.Usage);

        _run.Error.ShouldBe("mcp-sse: a.rec already exists; overwrite it with --force.\n");
    }

    [Theory]
    [InlineData("help", "--help")]
    [InlineData("help run", "run --help")]
    [InlineData("version", "--version")]
    public async Task Should_do_the_same_when_an_option_is_written_as_a_word(string words, string options)
    {
        using var other = new CliRun();
        (await _run.InvokeAsync(words.Split(' '))).ShouldBe(ExitCodes.Ok);
        (await other.InvokeAsync(options.Split(' '))).ShouldBe(ExitCodes.Ok);

        _run.Out.ShouldBe(other.Out);
    }

    [Theory]
    [InlineData("listen", "auto")]
    [InlineData("watch", "sse")]
    [InlineData("record --output a.rec", "sse")]
    public async Task Should_send_what_variables_and_options_say_when_it_has_a_url(string command, string transport)
    {
        await using var server = new ScriptedServer(exchange => exchange.AnswerAsync("204 No Content"));
        _run.Variables["MCP_SSE__TRANSPORT"] = "sse";
        _run.Variables["MCP_SSE__AUTH_KEY"] = "of-variable";
        _run.Variables["MCP_SSE__USER_AGENT"] = "Mine/1";
        _run.Variables["MCP_SSE__CUSTOM_HEADERS__X_TEAM"] = "blue";
        _run.Variables["MCP_SSE__CUSTOM_HEADERS__X_ROOM"] = "1";
        _run.Variables["MCP_SSE__SERVER_URL"] = "http://127.0.0.1:1/elsewhere";
        _run.Variables["MCP_SSE__SERVERS__OTHER__AUTH_KEY"] = "elsewhere";

        (await _run.InvokeAsync([.. command.Split(' '), server.Url.AbsoluteUri, "-H", "X-Room: 2", "--header", "X-Time=a:b"])).ShouldBe(ExitCodes.Ok, $"{transport}: {_run.Out}{_run.Error}");

        var request = await server.NextRequestAsync();
        request.Line.ShouldStartWith("GET /events ");
        request.Header("Authorization").ShouldBe("Bearer of-variable");
        request.Header("User-Agent").ShouldBe("Mine/1");
        request.Header("X-Team").ShouldBe("blue");
        request.Header("X-Room").ShouldBe("2");
        request.Header("X-Time").ShouldBe("a:b");
    }

    [Fact]
    public async Task Should_name_the_variable_when_it_is_faulty()
    {
        _run.Variables["MCP_SSE__READ_TIMEOUT"] = "soon";

        (await _run.InvokeAsync("listen", "http://localhost/")).ShouldBe(ExitCodes.Usage);

        _run.Error.ShouldStartWith("MCP_SSE__READ_TIMEOUT: mcp_sse.read_timeout: ");
    }

    [Theory]
    [InlineData("--insecure", ExitCodes.Ok)]
    [InlineData("--cacert ca.pem", ExitCodes.Ok)]
    [InlineData("--cacert other.pem", ExitCodes.Failed)]
    public async Task Should_trust_the_server_when_an_option_says_so(string option, int code)
    {
        using var authority = new CertificateAuthority("CN=Ours");
        using var other = new CertificateAuthority("CN=Others");
        using var certificate = authority.Issue();
        _run.Write("ca.pem", authority.Certificate.ExportCertificatePem());
        _run.Write("other.pem", other.Certificate.ExportCertificatePem());
        await using var server = new ScriptedServer(certificate, exchange => exchange.AnswerAsync("204 No Content"));
        _run.Variables["MCP_SSE__MAX_RECONNECT_ATTEMPTS"] = "0";

        (await _run.InvokeAsync(["listen", server.Url.AbsoluteUri, "--transport", "sse", .. option.Split(' ')])).ShouldBe(code, _run.Out + _run.Error);
    }

    [Fact]
    public async Task Should_connect_through_the_proxy_when_one_is_given()
    {
        await using var proxy = new ScriptedServer(exchange => exchange.AnswerAsync("204 No Content"));

        (await _run.InvokeAsync("listen", "http://stream.invalid/events", "--transport", "sse", "--proxy", $"http://127.0.0.1:{proxy.Port}")).ShouldBe(ExitCodes.Ok, _run.Out + _run.Error);

        (await proxy.NextRequestAsync()).Line.ShouldStartWith("GET http://stream.invalid/events ");
    }
}

namespace McpSseActors.Tests.Configuration;

public sealed class EnvironmentTests
{
    private const string TwoServers = """
        [mcp_sse]
        read_timeout = 10
        [mcp_sse.servers.chat]
        read_timeout = 20
        [mcp_sse.servers.my-users]
        """;

    [Fact]
    public void Should_override_the_file_when_a_variable_names_a_key()
    {
        var options = Read("[mcp_sse]\nread_timeout = 5\nauth_key = 'old'",
            ("MCP_SSE__AUTH_KEY", "new"), ("MCP_SSE__READ_TIMEOUT", "7.5"), ("MCP_SSE__ENABLE_RECONNECT", "False"),
            ("MCP_SSE__SUBSCRIBED_EVENTS", "chat.*, user.login"), ("MCP_SSE__RETRYABLE_STATUS", "404"),
            ("MCP_SSE__LOG__CONSOLE_LOG_LEVEL", "error"), ("PATH", "/bin"), ("MCP_SSE", "not ours"));

        var stream = options.Streams[0];
        stream.AuthKey.ShouldBe("new");
        stream.ReadTimeout.ShouldBe(TimeSpan.FromSeconds(7.5));
        stream.EnableReconnect.ShouldBeFalse();
        stream.SubscribedEvents.ShouldBe(["chat.*", "user.login"]);
        stream.RetryableStatus.ShouldBe([404]);
        options.ConsoleLogLevel.ShouldBe(ConsoleLogLevel.Error);
    }

    [Fact]
    public void Should_put_the_more_special_first_when_several_sources_set_a_key()
    {
        Timeouts(TwoServers).ShouldBe([20, 10]);
        Timeouts(TwoServers, ("MCP_SSE__READ_TIMEOUT", "30")).ShouldBe([30, 30]);
        Timeouts(TwoServers, ("MCP_SSE__READ_TIMEOUT", "30"), ("MCP_SSE__SERVERS__CHAT__READ_TIMEOUT", "40")).ShouldBe([40, 30]);
        Timeouts(TwoServers, ("MCP_SSE__SERVERS__MY_USERS__READ_TIMEOUT", "50")).ShouldBe([20, 50]);
    }

    [Fact]
    public void Should_add_headers_when_variables_name_them()
    {
        var streams = Read("[mcp_sse]\ncustom_headers = { X-Team = 'blue', X-Stage = 'file' }\n[mcp_sse.servers.a]\n[mcp_sse.servers.b]",
            ("MCP_SSE__CUSTOM_HEADERS__X_STAGE", "all"), ("MCP_SSE__SERVERS__B__CUSTOM_HEADERS__X_STAGE", "b")).Streams;

        streams.Select(stream => stream.CustomHeaders["X-Stage"]).ShouldBe(["all", "b"]);
        streams.ShouldAllBe(stream => stream.CustomHeaders["X-Team"] == "blue");
    }

    [Theory]
    [InlineData("MCP_SSE__READ_TIMEOUT", "soon", "MCP_SSE__READ_TIMEOUT: mcp_sse.read_timeout: the text is not a number of seconds; write a number of seconds")]
    [InlineData("MCP_SSE__READ_TIMEOUT", "-1",
        "MCP_SSE__READ_TIMEOUT: mcp_sse.read_timeout: -1 is out of range; write a number of seconds from 0.001 to 2073600 (24 days)")]
    [InlineData("MCP_SSE__ENABLE", "yes", "MCP_SSE__ENABLE: mcp_sse.enable: the text is not true or false; write true or false")]
    [InlineData("MCP_SSE__AUTHKEY", "x", "MCP_SSE__AUTHKEY: mcp_sse.authkey: unknown key; did you mean auth_key?")]
    [InlineData("MCP_SSE__", "x",
        "MCP_SSE__: mcp_sse: the variable names no key; write MCP_SSE__KEY, MCP_SSE__SERVERS__NAME__KEY or MCP_SSE__CUSTOM_HEADERS__X_NAME")]
    [InlineData("MCP_SSE__SERVERS__CHAT", "x",
        "MCP_SSE__SERVERS__CHAT: mcp_sse: the variable names no key; write MCP_SSE__KEY, MCP_SSE__SERVERS__NAME__KEY or MCP_SSE__CUSTOM_HEADERS__X_NAME")]
    [InlineData("MCP_SSE__SERVERS__CHATS__NAME", "x", "MCP_SSE__SERVERS__CHATS__NAME: mcp_sse.servers.chats.name: unknown server CHATS; did you mean CHAT?")]
    [InlineData("MCP_SSE__SERVERS__CHAT__URL", "x", "MCP_SSE__SERVERS__CHAT__URL: mcp_sse.servers.chat.url: unknown key; did you mean server_url?")]
    [InlineData("MCP_SSE__LOG__LEVEL", "INFO", "MCP_SSE__LOG__LEVEL: mcp_sse.log.level: unknown key; did you mean console_log_level?")]
    [InlineData("MCP_SSE__CUSTOM_HEADERS", "x",
        "MCP_SSE__CUSTOM_HEADERS: mcp_sse.custom_headers: the text is not a table of headers; write a table of headers")]
    public void Should_name_the_variable_when_it_is_faulty(string name, string value, string expected) =>
        Faults.Of(TwoServers, (name, value)).ShouldHaveSingleItem().ToString().ShouldBe(expected);

    [Fact]
    public void Should_put_the_file_before_the_variables_when_both_are_faulty() =>
        Faults.Of("[mcp_sse]\njitter = 2", ("MCP_SSE__NAME", "a b"), ("MCP_SSE__ENABLE", "on")).Select(fault => fault.Source)
            .ShouldBe(["bot.toml", "MCP_SSE__ENABLE", "MCP_SSE__NAME"]);

    [Fact]
    public void Should_complete_the_file_when_a_variable_gives_what_it_lacks() =>
        Read("[mcp_sse]\nenable = true", ("MCP_SSE__SERVER_URL", "https://example.com/e")).Streams[0].Name.ShouldBe("example.com");

    private static McpSseOptions Read(string toml, params (string Name, string Value)[] environment) =>
        TomlConfiguration.Parse(toml, "bot.toml", Faults.Variables(environment));

    private static IEnumerable<double> Timeouts(string toml, params (string Name, string Value)[] environment) =>
        Read(toml, environment).Streams.Select(stream => stream.ReadTimeout.TotalSeconds);
}

namespace McpSseActors.Tests.Configuration;

public sealed class TomlConfigurationTests
{
    private const string Guide = """
        [bot]
        nickname = "someone else's table"

        [mcp_sse]
        enable = true
        server_url = "http://localhost:8080/events"
        auth_key = ""
        connection_timeout = 30
        read_timeout = 60
        enable_reconnect = true
        max_reconnect_attempts = 10
        initial_reconnect_delay = 1.0
        max_reconnect_delay = 60.0
        reconnect_backoff_factor = 2.0
        event_buffer_size = 1000
        enable_event_logging = true
        subscribed_events = ["chat.message", "user.*"]
        custom_headers = { "X-Team" = "blue" }
        user_agent = "MaiBot-MCP-SSE-Client/1.0"
        verify_ssl = true
        ssl_cert_path = ""
        ssl_key_path = ""

        [log]
        console_log_level = "debug"
        date_style = "a key of the bot's"
        """;

    [Fact]
    public void Should_give_every_value_when_the_whole_guide_example_is_read()
    {
        var options = TomlConfiguration.Parse(Guide);

        options.ConsoleLogLevel.ShouldBe(ConsoleLogLevel.Debug);
        var stream = options.Streams.ShouldHaveSingleItem();
        stream.Name.ShouldBe("localhost");
        stream.SubscribedEvents.ShouldBe(["chat.message", "user.*"]);
        stream.CustomHeaders["x-team"].ShouldBe("blue");
        var defaults = new StreamOptions { UserAgent = "MaiBot-MCP-SSE-Client/1.0" };
        stream.ShouldBe(defaults with
        {
            Enabled = true,
            Name = "localhost",
            ServerUrl = "http://localhost:8080/events",
            SubscribedEvents = stream.SubscribedEvents,
            CustomHeaders = stream.CustomHeaders,
        });
    }

    [Fact]
    public void Should_take_fractions_and_whole_numbers_when_a_key_is_in_seconds_or_a_float()
    {
        var stream = One("connection_timeout = 0.25\nmax_reconnect_delay = 90\nreconnect_backoff_factor = 3\njitter = 0");

        stream.ConnectionTimeout.ShouldBe(TimeSpan.FromMilliseconds(250));
        stream.MaxReconnectDelay.ShouldBe(TimeSpan.FromSeconds(90));
        stream.ReconnectBackoffFactor.ShouldBe(3);
        stream.Jitter.ShouldBe(0);
    }

    [Fact]
    public void Should_read_our_own_keys_when_they_are_set()
    {
        var stream = One("""
            name = "answers"
            transport = "sse"
            healthy_after = 2
            max_event_size = 65_536
            initial_last_event_id = "é-7"
            http_method = "POST"
            http_body = '{"stream": true}'
            http_content_type = "application/json; charset=utf-8"
            shutdown_timeout = 1.5
            retryable_status = [404, 410]
            """);

        stream.Name.ShouldBe("answers");
        stream.HealthyAfter.ShouldBe(TimeSpan.FromSeconds(2));
        stream.MaxEventSize.ShouldBe(65536);
        stream.InitialLastEventId.ShouldBe("é-7");
        stream.HttpMethod.ShouldBe("POST");
        stream.HttpBody.ShouldBe("""{"stream": true}""");
        stream.ShutdownTimeout.ShouldBe(TimeSpan.FromSeconds(1.5));
        stream.RetryableStatus.ShouldBe([404, 410]);
    }

    [Theory]
    [InlineData("[mcp_sse]\n[mcp_sse.custom_headers]\nX-A = \"1\"")]
    [InlineData("[mcp_sse]\ncustom_headers = { X-A = \"1\" }")]
    [InlineData("[mcp_sse]\ncustom_headers.X-A = \"1\"")]
    [InlineData("mcp_sse.custom_headers.X-A = \"1\"")]
    [InlineData("mcp_sse = { custom_headers = { X-A = \"1\" } }")]
    public void Should_read_headers_when_the_table_is_written_in_any_way(string toml) =>
        TomlConfiguration.Parse(toml).Streams[0].CustomHeaders["X-A"].ShouldBe("1");

    [Theory]
    [InlineData("https://events.example.com:8443/x", "events.example.com")]
    [InlineData("http://[::1]:8080/x", "::1")]
    [InlineData("http://bücher.example/x", "xn--bcher-kva.example")]
    [InlineData("", "mcp-sse")]
    public void Should_name_the_stream_after_its_host_when_it_has_no_name(string url, string name) =>
        TomlConfiguration.Parse($"[mcp_sse]\nserver_url = \"{url}\"").Streams[0].Name.ShouldBe(name);

    [Fact]
    public void Should_inherit_from_the_base_table_when_there_are_servers()
    {
        var streams = TomlConfiguration.Parse("""
            [mcp_sse]
            enable = true
            read_timeout = 20
            custom_headers = { X-Team = "blue", X-Stage = "base" }

            [mcp_sse.servers.chat]
            server_url = "https://chat.example.com/events"
            read_timeout = 40
            [mcp_sse.servers.chat.custom_headers]
            x-stage = "chat"

            [mcp_sse.servers.users]
            server_url = "https://users.example.com/events"
            name = "people"
            enable = false
            """).Streams;

        streams.Select(stream => stream.Name).ShouldBe(["chat", "people"]);
        streams.Select(stream => stream.Enabled).ShouldBe([true, false]);
        streams.Select(stream => stream.ReadTimeout.TotalSeconds).ShouldBe([40, 20]);
        streams.Select(stream => stream.CustomHeaders["X-Stage"]).ShouldBe(["chat", "base"]);
        streams.ShouldAllBe(stream => stream.CustomHeaders["X-Team"] == "blue");
    }

    [Fact]
    public void Should_read_a_file_when_it_begins_with_a_byte_order_mark()
    {
        using var file = new TempFile("\uFEFF[mcp_sse]\r\nname = \"x\"\r\n"u8.ToArray());

        TomlConfiguration.Load(file.Path).Streams[0].Name.ShouldBe("x");
    }

    [Theory]
    [InlineData("", "mcp-sse.positions")]
    [InlineData("[mcp_sse.delivery]\nstore = 'a/b'", "a/b")]
    [InlineData("[mcp_sse.delivery]\nstore = '/var/b'", "/var/b")]
    public void Should_store_positions_in_the_folder_of_the_file_when_the_path_is_relative(string table, string expected)
    {
        using var file = new TempFile(Encoding.UTF8.GetBytes($"[mcp_sse]\n{table}"));

        TomlConfiguration.Load(file.Path).Delivery.Store.ShouldBe(Path.Combine(Path.GetTempPath(), expected));
        TomlConfiguration.Parse($"[mcp_sse]\n{table}", "dir/bot.toml").Delivery.Store.ShouldBe(expected);
    }

    [Fact]
    public void Should_say_what_to_do_when_the_file_is_missing()
    {
        var fault = Faults.Of(() => TomlConfiguration.Load("/nowhere/bot.toml")).ShouldHaveSingleItem();

        fault.ToString().ShouldBe("/nowhere/bot.toml: the file does not exist; create it, or specify another (looked for at /nowhere/bot.toml)");
    }

    [Fact]
    public void Should_say_so_when_the_file_is_a_directory() =>
        Faults.Of(() => TomlConfiguration.Load(Path.GetTempPath())).ShouldHaveSingleItem().Problem.ShouldBe("this is a directory");

    [Fact]
    public void Should_point_at_the_byte_when_the_file_is_not_utf8()
    {
        using var file = new TempFile([.. "[mcp_sse]\nname = \"b"u8, 0xFC, .. "cher\"\n"u8]);

        var fault = Faults.Of(() => TomlConfiguration.Load(file.Path)).ShouldHaveSingleItem();

        (fault.Line, fault.Column, fault.Problem).ShouldBe((2, 10, "a byte here is not UTF-8"));
    }

    [Theory]
    [InlineData("")]
    [InlineData("[bot]\nname = 'x'")]
    public void Should_say_what_to_add_when_the_section_is_missing(string toml)
    {
        var fault = Faults.Of(toml).ShouldHaveSingleItem();

        fault.Key.ShouldBe("mcp_sse");
        fault.Remedy.ShouldBe("add [mcp_sse] with enable = true and server_url = \"https://…\"");
    }

    [Fact]
    public void Should_suggest_the_section_when_its_name_is_misspelt() =>
        Faults.Of("[bot]\n[mcp-sse]\nenable = true").ShouldHaveSingleItem().ToString()
            .ShouldBe("bot.toml(2,1): mcp_sse: missing table [mcp_sse]; write [mcp_sse] for [mcp-sse]");

    private static StreamOptions One(string keys) => TomlConfiguration.Parse("[mcp_sse]\n" + keys).Streams[0];
}

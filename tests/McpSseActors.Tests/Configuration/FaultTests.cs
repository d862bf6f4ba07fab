namespace McpSseActors.Tests.Configuration;

public sealed class FaultTests
{
    private const string Secret = "s3cr3t-value";

    [Fact]
    public void Should_report_every_fault_with_its_position_when_a_file_has_five()
    {
        var faults = Faults.Of("""
            [mcp_sse]
            enable = true
            read_timout = 60
              connection_timeout = "30"
            subscribed_events = ["chat.*",
              ""]
            max_reconnect_delay = 0.5

            [log]
            console_log_level = "LOUD"
            """);

        faults.Select(fault => (fault.Line, fault.Column, fault.Key)).ShouldBe(
        [
            (2, 10, "mcp_sse.enable"),
            (3, 1, "mcp_sse.read_timout"),
            (4, 24, "mcp_sse.connection_timeout"),
            (6, 3, "mcp_sse.subscribed_events[1]"),
            (7, 23, "mcp_sse.max_reconnect_delay"),
            (10, 21, "log.console_log_level"),
        ]);
        faults.Select(fault => fault.ToString()).ShouldBe(
        [
            "bot.toml(2,10): mcp_sse.enable: an enabled stream has no server_url; set server_url, or enable = false",
            "bot.toml(3,1): mcp_sse.read_timout: unknown key; did you mean read_timeout?",
            "bot.toml(4,24): mcp_sse.connection_timeout: a string where a number of seconds is expected; write a number of seconds",
            "bot.toml(6,3): mcp_sse.subscribed_events[1]: an event pattern is empty or has a line break; write a type (chat.message) or a pattern (chat.*)",
            "bot.toml(7,23): mcp_sse.max_reconnect_delay: 0.5 is less than initial_reconnect_delay (1); make max_reconnect_delay at least as long",
            "bot.toml(10,21): log.console_log_level: unknown log level; write DEBUG, INFO, WARNING, ERROR or CRITICAL",
        ]);
    }

    [Fact]
    public void Should_name_the_limit_when_an_event_pattern_is_too_long() =>
        Faults.Of($"[mcp_sse]\nsubscribed_events = [\"{string.Concat(Enumerable.Repeat("*a", 1600))}\"]").ShouldHaveSingleItem().ToString().ShouldBe(
            "bot.toml(2,22): mcp_sse.subscribed_events[0]: an event pattern has at most 256 characters, and this one has 3200; "
            + "write a type (chat.message) or a pattern (chat.*)");

    [Theory]
    [InlineData("enable = 1", "an integer where true or false is expected; write true or false")]
    [InlineData("server_url = \"localhost/events\"", "not an absolute URL; write it in full, as https://example.com/events")]
    [InlineData("server_url = \"ftp://example.com\"", "only http and https URLs can be read; write it in full, as https://example.com/events")]
    [InlineData("server_url = \"https://u:p@example.com\"", "the URL holds a user name or password; take it out, and use auth_key or custom_headers")]
    [InlineData("auth_key = \"Bearer abc\"", "the key begins with 'Bearer', which is sent anyway; write the key alone")]
    [InlineData("read_timeout = nan", "nan is out of range; write a number of seconds from 0.001 to 2073600 (24 days)")]
    [InlineData("read_timeout = -inf", "-inf is out of range; write a number of seconds from 0.001 to 2073600 (24 days)")]
    [InlineData("read_timeout = 0", "0 is out of range; write a number of seconds from 0.001 to 2073600 (24 days)")]
    [InlineData("read_timeout = -1.5", "-1.5 is out of range; write a number of seconds from 0.001 to 2073600 (24 days)")]
    [InlineData("read_timeout = 1e300", "1E+300 is out of range; write a number of seconds from 0.001 to 2073600 (24 days)")]
    [InlineData("read_timeout = 2073601", "2073601 is out of range; write a number of seconds from 0.001 to 2073600 (24 days)")]
    [InlineData("read_timeout = 1979-05-27", "a date or time where a number of seconds is expected; write a number of seconds")]
    [InlineData("max_reconnect_attempts = -2", "-2 is out of range; write a whole number >= -1")]
    [InlineData("max_reconnect_attempts = 1.5", "a float where a whole number is expected; write a whole number")]
    [InlineData("event_buffer_size = 3000000000", "3000000000 is out of range; write a whole number > 0")]
    [InlineData("reconnect_backoff_factor = 1.0", "1 is out of range; write a number > 1")]
    [InlineData("jitter = inf", "inf is out of range; write a number from 0 to 1")]
    [InlineData("max_event_size = 10", "10 is out of range; write a whole number from 1024 to 1073741824 (1 GiB)")]
    [InlineData("retryable_status = [404, 200]", "200 is out of range; write a whole number from 400 to 599")]
    [InlineData("subscribed_events = \"chat.*\"", "a string where a list of string is expected; write a list of string")]
    [InlineData("transport = \"websocket\"", "unknown transport; write one of sse, http-sse, streamable-http, subscriptions, events, auto")]
    [InlineData("transport = \"streamable_http\"", "unknown transport; did you mean streamable-http?")]
    [InlineData("transport = \"auto\"\nhttp_method = \"POST\"", "the transport auto makes its own requests; leave http_method out, or set transport = \"sse\"")]
    [InlineData("mcp.log_level = \"loud\"",
        "unknown MCP log level; write one of debug, info, notice, warning, error, critical, alert, emergency, or leave it empty")]
    [InlineData("mcp.resources = [\"README.md\"]", "'README.md' is not a URI; write the full URI of the resource, as file:///project/README.md")]
    [InlineData("mcp.ping_interval = 0.0001", "0.0001 is out of range; write a number of seconds 0 (never), or from 0.001 to 2073600 (24 days)")]
    [InlineData("mcp.resource = []", "unknown key; did you mean mcp.resources?")]
    [InlineData("event.name = \"a\"", "the transport sse has no event subscriptions; set transport = \"events\", or leave event.name out")]
    [InlineData("event.arguments = [1]", "a list where a table, or a JSON object in a string is expected; write a table, or a JSON object in a string")]
    [InlineData("event.arguments = \"[1]\"", "not a JSON object; write a table, as { severity = \"P1\" }, or JSON, as '{\"severity\":\"P1\"}'")]
    [InlineData("event.mode = \"hook\"", "'hook' is not a possible value; write auto, push, poll or webhook")]
    [InlineData("event.argument = {}", "unknown key; did you mean event.arguments?")]
    [InlineData("mcp = true", "a boolean where a table of keys is expected; write a table of keys")]
    [InlineData("name = \"a b\"", "'a b' cannot be the name of an actor; use letters, digits, '-', '_' and '.'")]
    [InlineData("custom_headers = 3", "an integer where a table of headers is expected; write a table of headers")]
    [InlineData("custom_headers = { \"X A\" = \"1\" }", "not the name of a header; use letters, digits and hyphens")]
    [InlineData("custom_headers = { X-A = 1 }", "an integer where a string is expected; write a string, in quotes")]
    [InlineData("custom_headers = { X-A = \"a\\r\\nb\" }", "the header holds a line break or a character outside ASCII; write printable ASCII")]
    [InlineData("custom_headers = { X-A = \"1\", x-a = \"2\" }", "the header x-a is set twice, with different capitalization; keep one of them")]
    [InlineData("custom_headers = { last-event-id = \"1\" }", "the client sets this header itself; use initial_last_event_id")]
    [InlineData("custom_headers = { Content-Length = \"1\" }", "the client sets this header itself; leave it out: it follows from http_body")]
    [InlineData("auth_key = \"k\"\ncustom_headers = { authorization = \"k\" }", "both auth_key and the header Authorization are set; keep one of them")]
    [InlineData("initial_last_event_id = \"a\\nb\"", "the ID contains a line break or NUL; write the ID as the server sent it")]
    [InlineData("http_method = \"post\"", "a method is written in capital letters; write GET, POST or another method whose answer has a body")]
    [InlineData("http_method = \"HEAD\"", "HEAD opens no event stream; write GET, POST or another method whose answer has a body")]
    [InlineData("http_body = \"{}\"", "a GET request carries no body; set http_method = \"POST\", or leave http_body out")]
    [InlineData("http_content_type = \"json\"", "not a content type; write a media type, as application/json")]
    [InlineData("ssl_key_path = \"k.pem\"", "a key without its certificate; set ssl_cert_path as well")]
    [InlineData("ssl_cert_path = \"c.pem\"", "a PEM certificate without its key; set ssl_key_path as well, or name a .pfx or .p12 file")]
    [InlineData("ssl_cert_path = \"c.PFX\"\nssl_key_path = \"k.pem\"", "a PFX file holds its key itself; leave ssl_key_path out")]
    [InlineData("custom_headers = { Proxy-Authorization = \"Basic eA==\" }", "the client sets this header itself; write user and password into proxy_url")]
    [InlineData("servers = 3", "an integer where tables are expected; write a table for each server, as [mcp_sse.servers.NAME]")]
    [InlineData("servers.a = 3", "an integer where a table of keys is expected; write a table of keys")]
    public void Should_say_what_is_wrong_and_what_is_right_when_a_value_breaks_its_rule(string keys, string expected)
    {
        var fault = Faults.Of("[mcp_sse]\n" + keys).ShouldHaveSingleItem();

        $"{fault.Problem}; {fault.Remedy}".ShouldBe(expected);
    }

    [Fact]
    public void Should_be_one_line_of_printable_text_when_a_key_or_a_name_is_hostile()
    {
        const string Hostile = "a\\u001b[2J\\u202E\\nb";

        Faults.Of($"[mcp_sse]\n\"{Hostile}\" = 1\nname = \"{Hostile}\"").Select(fault => fault.ToString()).ShouldBe(
        [
            "bot.toml(2,1): mcp_sse.a\uFFFD[2J\uFFFD\uFFFDb: unknown key; remove it; the documentation lists all keys",
            "bot.toml(3,8): mcp_sse.name: 'a\uFFFD[2J\uFFFD\uFFFDb' cannot be the name of an actor; use letters, digits, '-', '_' and '.'",
        ]);
        Faults.Of($"[mcp_sse]\n{new string('k', 5000)} = 1").ShouldHaveSingleItem().ToString().Length.ShouldBeLessThan(500);
    }

    [Fact]
    public void Should_say_so_when_a_name_is_too_long()
    {
        Faults.Of($"[mcp_sse]\nname = \"{new string('n', 257)}\"").ShouldHaveSingleItem().ToString()
            .ShouldBe("bot.toml(2,8): mcp_sse.name: a name has at most 256 characters, and this one has 257; choose a shorter name");
        Faults.Of($"[mcp_sse.servers.{new string('n', 257)}]").ShouldHaveSingleItem().Remedy.ShouldBe("choose a shorter name");
        TomlConfiguration.Parse($"[mcp_sse]\nname = \"{new string('n', 256)}\"").Streams.ShouldHaveSingleItem().Name.Length.ShouldBe(256);
    }

    [Fact]
    public void Should_name_both_files_when_an_enabled_stream_has_certificates_that_do_not_exist()
    {
        const string Files = "server_url = \"https://example.com\"\nssl_cert_path = \"/nowhere/c.pem\"\nssl_key_path = \"/nowhere/k.pem\"";

        Faults.Of("[mcp_sse]\nenable = true\n" + Files).Select(fault => (fault.Line, fault.Problem))
            .ShouldBe([(4, "file '/nowhere/c.pem' does not exist"), (5, "file '/nowhere/k.pem' does not exist")]);
        Should.NotThrow(() => TomlConfiguration.Parse("[mcp_sse]\nenable = false\n" + Files));
    }

    [Theory]
    [InlineData("read_timout", "did you mean read_timeout?")]
    [InlineData("sevrer_url", "did you mean server_url?")]
    [InlineData("Enable", "did you mean enable?")]
    [InlineData("buffer_size", "did you mean event_buffer_size?")]
    [InlineData("log", "write it as [log]")]
    [InlineData("zzz", "remove it; the documentation lists all keys")]
    public void Should_suggest_the_nearest_key_when_one_is_unknown(string key, string remedy) =>
        Faults.Of($"[mcp_sse]\n{key} = 1").ShouldHaveSingleItem().Remedy.ShouldBe(remedy);

    [Fact]
    public void Should_suggest_the_log_level_when_only_its_key_is_misspelt() =>
        Faults.Of("[mcp_sse]\n[log]\nconsole_loglevel = 'INFO'\nfile_log_level = 'INFO'").ShouldHaveSingleItem().ToString()
            .ShouldBe("bot.toml(3,1): log.console_loglevel: unknown key; did you mean console_log_level?");

    [Fact]
    public void Should_report_all_syntax_faults_alone_when_the_syntax_is_broken()
    {
        var faults = Faults.Of("[mcp_sse]\nread_timeout = sixty\nunknown = 1\nenable true\nname = \"x\n");

        faults.Select(fault => (fault.Line, fault.Column)).ShouldBe([(2, 16), (4, 8), (5, 10)]);
        faults[0].ToString().ShouldBe("bot.toml(2,16): unexpected token; put text in quotes and a list in [ ], and write true and false in lower case");
        faults[2].Remedy.ShouldBe("close the string with a quotation mark");
    }

    [Fact]
    public void Should_report_a_fault_when_lists_are_nested_without_end() =>
        Faults.Of("[mcp_sse]\nx = " + new string('[', 10_000)).ShouldHaveSingleItem().Problem.ShouldBe("lists or tables are nested too deeply");

    [Fact]
    public void Should_report_doubles_and_other_faults_together_when_keys_and_tables_stand_twice()
    {
        var faults = Faults.Of("[mcp_sse]\nenable = false\nenable = true\nbad = 1\n[mcp_sse.servers.a]\n[mcp_sse.servers.a]\nread_timeout = 0\n");

        faults.Select(fault => (fault.Line, fault.Key)).ShouldBe(
            [(3, "mcp_sse.enable"), (4, "mcp_sse.bad"), (6, "mcp_sse.servers.a"), (7, "mcp_sse.servers.a.read_timeout")]);
        faults[0].Problem.ShouldBe("this is set a second time, after (2,1)");
    }

    [Fact]
    public void Should_report_a_fault_once_when_several_servers_inherit_it()
    {
        var faults = Faults.Of("""
            [mcp_sse]
            read_timeout = 0
            max_reconnect_delay = 0.5
            [mcp_sse.servers.a]
            [mcp_sse.servers.b]
            """);

        faults.Select(fault => fault.Key).ShouldBe(["mcp_sse.read_timeout", "mcp_sse.max_reconnect_delay"]);
    }

    [Fact]
    public void Should_refuse_names_when_two_streams_would_share_one()
    {
        Faults.Of("[mcp_sse.servers.a]\n[mcp_sse.servers.b]\nname = 'A'").ShouldHaveSingleItem().ToString()
            .ShouldBe("bot.toml(3,8): mcp_sse.servers.b.name: another stream has the name 'A'; give each stream a unique name");
        Faults.Of("[mcp_sse]\nname = 'x'\n[mcp_sse.servers.a]\nname = 'y'").ShouldHaveSingleItem().Problem.ShouldBe("one name for several servers");
        Faults.Of("[mcp_sse.servers.\"a/b\"]").ShouldHaveSingleItem().Problem.ShouldBe("'a/b' cannot be the name of an actor");
    }

    [Fact]
    public void Should_not_speak_of_a_rule_between_keys_when_one_of_them_is_faulty() =>
        Faults.Of("[mcp_sse]\ninitial_reconnect_delay = 100\nmax_reconnect_delay = 'x'").ShouldHaveSingleItem().Line.ShouldBe(3);

    [Theory]
    [InlineData("auth_key = \"s3cr3t-value \"")]
    [InlineData("auth_key = s3cr3t-value")]
    [InlineData("auth_key s3cr3t-value")]
    [InlineData("auth_key = \"s3cr3t-value\nread_timeout = 1")]
    [InlineData("auth_key = \"s3cr3t-value\" x")]
    [InlineData("auth_key = [\"s3cr3t-value\" \"b\"]")]
    [InlineData("auth_key = { a = s3cr3t-value }")]
    [InlineData("auth_key = \"s3cr3t-value\"\nauth_key = \"s3cr3t-value\"")]
    [InlineData("auth_key = \"s3cr3t-value\"\n[mcp_sse]")]
    [InlineData("custom_headers = { X-Key = \"s3cr3t-value\\n\" }")]
    [InlineData("custom_headers = \"s3cr3t-value\"")]
    [InlineData("http_body = \"s3cr3t-value\"")]
    [InlineData("http_body = [\"s3cr3t-value\"]")]
    [InlineData("server_url = \"https://me:s3cr3t-value@example.com\"")]
    [InlineData("server_url = \"me:s3cr3t-value@example.com\"")]
    [InlineData("server_url = \"/events?token=s3cr3t-value\"")]
    public void Should_not_show_a_secret_when_it_is_part_of_a_fault(string keys) =>
        string.Join('\n', Faults.Of("[mcp_sse]\n" + keys)).ShouldNotContain(Secret);
}

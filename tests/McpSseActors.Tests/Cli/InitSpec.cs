using CsCheck;
using McpSseActors.Cli;
using McpSseActors.Cli.Init;
using McpSseActors.Configuration;

namespace McpSseActors.Tests.Cli;

public sealed class InitSpec : IDisposable
{
    private readonly CliRun _run = new();

    public static TheoryData<string> Transports => [.. StreamTransport.All.Where(each => each != StreamTransport.Events).Select(each => $"{each}")];

    public void Dispose() => _run.Dispose();

    [Theory]
    [MemberData(nameof(Transports))]
    public async Task Should_write_a_file_that_passes_the_check_when_all_is_said_by_options(string transport)
    {
        (await _run.InvokeAsync("init", "--url", "https://example.com/x", "--transport", transport, "--name", "chat", "--reconnects", "-1", "--event", "chat.*", "--event", "a\"b\\c"))
            .ShouldBe(ExitCodes.Ok, _run.Error);

        (await _run.InvokeAsync("check")).ShouldBe(ExitCodes.Ok, _run.Out);
        var stream = Written("mcp-sse.toml");
        stream.Enabled.ShouldBeTrue();
        stream.ServerUrl.ShouldBe("https://example.com/x");
        stream.Transport.ToString().ShouldBe(transport);
        stream.Name.ShouldBe("chat");
        stream.MaxReconnectAttempts.ShouldBe(-1);
        stream.SubscribedEvents.ShouldBe(["chat.*", "a\"b\\c"]);
    }

    [Fact]
    public async Task Should_write_a_subscription_when_the_transport_is_events()
    {
        (await _run.InvokeAsync("init", "--url", "https://example.com/mcp", "--transport", "events", "--event", "incident.created")).ShouldBe(ExitCodes.Ok, _run.Error);

        (await _run.InvokeAsync("check")).ShouldBe(ExitCodes.Ok, _run.Out);
        _run.Out.ShouldContain("transport events, event incident.created,");
        _run.Out.ShouldContain("mcp-sse events https://example.com/mcp incident.created");
        var stream = Written("mcp-sse.toml");
        stream.Event.Name.ShouldBe("incident.created");
        stream.SubscribedEvents.ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_ask_for_the_event_type_when_a_subscription_has_none()
    {
        (await _run.InvokeAsync("init", "--url", "https://example.com/mcp", "--transport", "events")).ShouldBe(ExitCodes.Usage);

        _run.Error.ShouldContain("needs the event type to subscribe to");
    }

    [Theory]
    [InlineData("http://localhost:8080/events", "sse")]
    [InlineData("http://localhost:8080", "sse")]
    [InlineData("https://example.com/mcp", "auto")]
    [InlineData("https://example.com/a/sse/?x=1", "auto")]
    public async Task Should_guess_the_transport_from_the_url_when_none_is_said(string url, string transport)
    {
        (await _run.InvokeAsync("init", "--url", url)).ShouldBe(ExitCodes.Ok, _run.Error);

        Written("mcp-sse.toml").Transport.ToString().ShouldBe(transport);
    }

    [Fact]
    public void Should_give_back_the_same_values_when_what_it_writes_is_read()
    {
        var word = Gen.Char[' ', '~'].Array[0, 12].Select(letters => new string(letters));
        var any = Gen.OneOf(word, Gen.String[Gen.Char, 0, 12], Gen.OneOf<string>("\"", "\\", "\t", "#", "'''", "\"\"\"", "\u0000", "\u007f", "\u0085", "\u2028", "你好", "\U0001F680", "\\u0041"));
        var url = Gen.Select(Gen.OneOf<string>("http://", "https://"), Gen.OneOf<string>("localhost", "[::1]:80", "例え.jp", "a.b"), any, (scheme, host, rest) => $"{scheme}{host}/{rest}");
        var accepted = 0;

        Gen.Select(url, Gen.OneOf(any, Gen.Const("")), any.Array[0, 3], Gen.Int[-2, 20], Gen.OneOf<string>([.. StreamTransport.All.Select(each => $"{each}")])).Sample((server, name, events, reconnects, transport) =>
        {
            var stream = new InitAnswers { Url = server, Name = name, Events = [.. events], Reconnects = reconnects, Transport = transport }.Stream;
            if (!OptionsValidation.Check(stream).IsEmpty)
                return;
            Interlocked.Increment(ref accepted);

            var read = TomlConfiguration.Parse(ConfigText.Of(stream)).Streams.ShouldHaveSingleItem();

            read.ServerUrl.ShouldBe(stream.ServerUrl);
            read.Name.ShouldBe(name.Length > 0 ? name : StreamName.Of(stream));
            read.SubscribedEvents.ShouldBe(stream.SubscribedEvents);
            read.MaxReconnectAttempts.ShouldBe(reconnects);
            read.Transport.ToString().ShouldBe(transport);
        }, iter: 5_000);
        accepted.ShouldBeGreaterThan(500);
    }

    [Fact]
    public void Should_show_every_key_with_its_default_when_the_lines_are_taken_in()
    {
        var text = ConfigText.Of(new InitAnswers { Url = "http://localhost/" }.Stream);
        foreach (var key in ConfigurationKeys.All.Where(key => !text.Contains($"\n{key.Name} = ", StringComparison.Ordinal)))
            text = text.Replace($"\n# {key.Name} = ", $"\n{key.Name} = ", StringComparison.Ordinal);

        var stream = TomlConfiguration.Parse(text.Replace("# console_log_level", "console_log_level", StringComparison.Ordinal)).Streams.Single();

        stream.ReadTimeout.ShouldBe(new StreamOptions().ReadTimeout);
        ConfigurationKeys.All.Where(key => !text.Contains($"\n{key.Name} = ", StringComparison.Ordinal)).Select(key => key.Name)
            .ShouldBe(["auth_key", "ssl_cert_password"], "secrets are named by their variables");
        text.ShouldContain("MCP_SSE__AUTH_KEY");
        text.Split('\n').ShouldAllBe(line => line.Length <= 102);
    }

    [Fact]
    public async Task Should_leave_a_file_alone_when_it_is_there_already()
    {
        var path = _run.Write("mcp-sse.toml", "mine");

        (await _run.InvokeAsync("init", "--url", "http://localhost/")).ShouldBe(ExitCodes.Usage);
        _run.Error.ShouldBe("mcp-sse: mcp-sse.toml already exists; specify another file with --output, or overwrite it with --force.\n");
        File.ReadAllText(path).ShouldBe("mine");

        (await _run.InvokeAsync("init", "--url", "http://localhost/", "--force")).ShouldBe(ExitCodes.Ok);
        Written("mcp-sse.toml").ServerUrl.ShouldBe("http://localhost/");
    }

    [Fact]
    public async Task Should_write_through_a_link_when_that_is_what_is_overwritten()
    {
        var real = _run.Write("real.toml", "mine");
        File.CreateSymbolicLink(Path.Combine(_run.Directory, "mcp-sse.toml"), real);

        (await _run.InvokeAsync("init", "--url", "http://localhost/", "--force")).ShouldBe(ExitCodes.Ok, _run.Error);

        Written("real.toml").ServerUrl.ShouldBe("http://localhost/");
        new FileInfo(Path.Combine(_run.Directory, "mcp-sse.toml")).LinkTarget.ShouldBe(real);
    }

    [Fact]
    public async Task Should_keep_the_file_to_its_owner_when_it_is_overwritten()
    {
        var path = _run.Write("mcp-sse.toml", "mine");
        if (OperatingSystem.IsWindows())
            return;
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite);

        (await _run.InvokeAsync("init", "--url", "http://localhost/", "--force")).ShouldBe(ExitCodes.Ok, _run.Error);

        File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Theory]
    [InlineData("/dev/full", ExitCodes.Failed, "No space left on device")]
    [InlineData("nowhere/x.toml", ExitCodes.Usage, "does not exist")]
    [InlineData(".", ExitCodes.Usage, "is a folder")]
    public async Task Should_say_why_in_one_line_and_leave_nothing_when_the_file_cannot_be_written(string output, int code, string reason)
    {
        (await _run.InvokeAsync("init", "--url", "http://localhost/", "--output", output)).ShouldBe(code);

        _run.Error.ShouldContain(reason);
        _run.Error.TrimEnd().Split('\n').Length.ShouldBe(1);
        Directory.GetFileSystemEntries(_run.Directory).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("init")]
    [InlineData("init --name chat")]
    public async Task Should_say_what_to_write_when_there_is_nobody_to_ask(string line)
    {
        (await _run.InvokeAsync(line.Split(' '))).ShouldBe(ExitCodes.Usage);

        _run.Error.ShouldContain("init --url URL");
        Directory.GetFileSystemEntries(_run.Directory).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_name_every_fault_and_write_nothing_when_the_options_are_wrong()
    {
        (await _run.InvokeAsync("init", "--url", "ftp://x", "--name", "a/b", "--reconnects", "-5")).ShouldBe(ExitCodes.Usage);

        _run.Error.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split(": ")[1])
            .ShouldBe(["server_url", "max_reconnect_attempts", "name"]);
        Directory.GetFileSystemEntries(_run.Directory).ShouldBeEmpty();
    }

    [Fact]
    public async Task Should_tell_the_stream_and_the_next_step_when_the_file_is_written()
    {
        (await _run.InvokeAsync("init", "--url", "http://localhost:8080/events?token=hidden", "--output", "my file.toml")).ShouldBe(ExitCodes.Ok);

        _run.Out.ShouldContain("localhost: enabled, http://localhost:8080/events");
        _run.Out.ShouldContain("mcp-sse run --config 'my file.toml'");
        _run.Out.ShouldNotContain("hidden");
    }

    private StreamOptions Written(string name) => TomlConfiguration.Load(Path.Combine(_run.Directory, name)).Streams.ShouldHaveSingleItem();
}

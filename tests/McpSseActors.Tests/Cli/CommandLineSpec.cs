using McpSseActors.Cli;
using McpSseActors.Tests.Docs;

namespace McpSseActors.Tests.Cli;

public sealed class CommandLineSpec : IDisposable
{
    private readonly CliRun _run = new();

    public void Dispose() => _run.Dispose();

    [Theory]
    [InlineData("bogus")]
    [InlineData("run --bad")]
    [InlineData("demo --events x")]
    [InlineData("demo --events 0")]
    [InlineData("demo --rate 0")]
    [InlineData("serve --port 70000")]
    [InlineData("test --url http://localhost/ --config a.toml")]
    [InlineData("test --url nonsense")]
    [InlineData("test --events 0")]
    [InlineData("test --url http://localhost/ --listen -1")]
    [InlineData("test --url http://localhost/ --transport smoke-signals")]
    [InlineData("test reconnect --timeout 0")]
    public async Task Should_explain_in_a_line_and_exit_with_2_when_the_usage_is_wrong(string line)
    {
        (await _run.InvokeAsync(line.Split(' '))).ShouldBe(ExitCodes.Usage);
        _run.Error.ShouldStartWith("mcp-sse: ");
        _run.Error.ShouldNotContain(" at ", Case.Sensitive, "no stack trace");
        _run.Out.ShouldBeEmpty();
    }

    [Theory]
    [MemberData(nameof(CommandPageSpec.Commands), MemberType = typeof(CommandPageSpec))]
    public async Task Should_give_examples_when_a_command_is_asked_for_help(string command)
    {
        (await _run.InvokeAsync([.. command.Split(' '), "--help"])).ShouldBe(ExitCodes.Ok);
        _run.Out.ShouldContain("Description:");
        _run.Out.ShouldContain("Examples:");
        _run.Out.ShouldContain($"  mcp-sse {command}");
    }

    [Fact]
    public async Task Should_list_the_exit_codes_when_the_root_is_asked_for_help()
    {
        (await _run.InvokeAsync("--help")).ShouldBe(ExitCodes.Ok);
        foreach (var (code, meaning) in ExitCodes.All)
            _run.Out.ShouldContain($"{code}  {meaning}");
    }

    [Theory]
    [InlineData("run")]
    [InlineData("check")]
    [InlineData("run --config nope.toml")]
    [InlineData("test --config nope.toml")]
    public async Task Should_say_what_to_do_when_the_file_is_missing(string line)
    {
        (await _run.InvokeAsync(line.Split(' '))).ShouldBe(ExitCodes.Usage);
        _run.Error.ShouldContain("--config");
        _run.Error.TrimEnd().Split('\n').Length.ShouldBe(1);
    }

    [Fact]
    public async Task Should_print_every_fault_with_its_place_when_a_file_is_faulty()
    {
        var path = _run.Write("bad.toml", "[mcp_sse]\nenable = true\nserver_url = \"http://localhost/\"\nread_timout = 3\njitter = 7\n");

        (await _run.InvokeAsync("check", "--config", path)).ShouldBe(ExitCodes.Usage);

        var lines = _run.Out.TrimEnd().Split('\n');
        lines.Length.ShouldBe(2);
        lines[0].ShouldBe($"{path}(4,1): mcp_sse.read_timout: unknown key; did you mean read_timeout?");
        lines[1].ShouldStartWith($"{path}(5,10): mcp_sse.jitter: ");
    }

    [Fact]
    public async Task Should_print_faults_as_json_when_asked_to()
    {
        _run.Write("mcp-sse.toml", "[mcp_sse]\nenable = \"yes\"\n");

        (await _run.InvokeAsync("check", "--json")).ShouldBe(ExitCodes.Usage);

        var fault = _run.OfKind("fault").ShouldHaveSingleItem();
        fault.GetProperty("line").GetInt32().ShouldBe(2);
        fault.GetProperty("key").GetString().ShouldBe("mcp_sse.enable");
    }

    [Theory]
    [InlineData("check")]
    [InlineData("check --json")]
    public async Task Should_show_the_streams_without_secrets_when_a_file_is_right(string line)
    {
        _run.WriteConfig("http://localhost:8080/events?token=hidden", "auth_key = \"hidden\"");

        (await _run.InvokeAsync(line.Split(' '))).ShouldBe(ExitCodes.Ok);

        _run.Out.ShouldContain("http://localhost:8080/events");
        (_run.Out + _run.Error).ShouldNotContain("hidden");
    }

    [Fact]
    public async Task Should_tell_faults_on_standard_error_when_a_run_cannot_start()
    {
        _run.Write("mcp-sse.toml", "[mcp_sse]\nenable = true\n");

        (await _run.InvokeAsync("run")).ShouldBe(ExitCodes.Usage);

        _run.Error.ShouldContain("server_url");
        _run.Out.ShouldBeEmpty();
    }
}
